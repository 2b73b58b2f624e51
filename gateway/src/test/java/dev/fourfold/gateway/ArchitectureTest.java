package dev.fourfold.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The door's own rules of who may know whom. */
@AnalyzeClasses(packages = "dev.fourfold.gateway", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule FAMILIES_DO_NOT_CALL_EACH_OTHER = slices().matching(
                    "dev.fourfold.gateway.(mlflow|v1|otlp|loki|grafana|page)..")
            .should()
            .notDependOnEachOther();

    @ArchTest
    static final ArchRule NOTHING_KNOWS_A_STORE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "io.lettuce..", "com.mongodb..", "com.influxdb..", "software.amazon..");

    @ArchTest
    static final ArchRule NOTHING_UNPACKS_OR_RUNS = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.zip.ZipInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder");

    @ArchTest
    static final ArchRule SHARED_PARTS_DO_NOT_KNOW_FAMILIES = noClasses()
            .that()
            .resideInAnyPackage("..gateway.http..", "..gateway.answers..", "..gateway.security..", "..gateway.lines..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "..gateway.mlflow..",
                    "..gateway.v1..",
                    "..gateway.otlp..",
                    "..gateway.loki..",
                    "..gateway.grafana..",
                    "..gateway.page..");
}
