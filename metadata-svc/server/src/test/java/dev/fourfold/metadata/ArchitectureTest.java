package dev.fourfold.metadata;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know of what. */
@AnalyzeClasses(packages = "dev.fourfold.metadata", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule onlyTheAdapterSeesTheDriver = noClasses()
            .that()
            .resideOutsideOfPackage("..metadata.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "java.sql..",
                    "javax.sql..",
                    "org.postgresql..",
                    "org.flywaydb..",
                    "io.micronaut.transaction..",
                    "io.micronaut.data..",
                    "com.zaxxer..");

    @ArchTest
    static final ArchRule nothingDependsOnTheAdapter = noClasses()
            .that()
            .resideOutsideOfPackage("..metadata.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..metadata.postgres..");

    @ArchTest
    static final ArchRule nothingDependsOnTheControllers = noClasses()
            .that()
            .resideOutsideOfPackage("..metadata.http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..metadata.http..");

    @ArchTest
    static final ArchRule featuresKnowNothingOfHttp = noClasses()
            .that()
            .resideInAnyPackage(
                    "..metadata.run..",
                    "..metadata.experiment..",
                    "..metadata.registry..",
                    "..metadata.access..",
                    "..metadata.text..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.micronaut.http..");

    @ArchTest
    static final ArchRule noProcessIsStarted =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.lang.ProcessBuilder");

    @ArchTest
    static final ArchRule portsAreInterfaces = classes()
            .that()
            .haveSimpleNameEndingWith("Store")
            .and()
            .resideOutsideOfPackage("..postgres..")
            .should()
            .beInterfaces();
}
