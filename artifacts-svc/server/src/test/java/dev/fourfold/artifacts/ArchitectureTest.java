package dev.fourfold.artifacts;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.fourfold.artifacts", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule filesAreTouchedByTheirAdapterOnly = noClasses()
            .that()
            .resideOutsideOfPackage("..directory..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.nio.file.Files")
            .orShould()
            .dependOnClassesThat()
            .resideInAnyPackage("java.nio.channels..");

    @ArchTest
    static final ArchRule s3IsSpokenByItsAdapterOnly = noClasses()
            .that()
            .resideOutsideOfPackage("..s3..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("software.amazon..");

    @ArchTest
    static final ArchRule httpKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage("..http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..directory..", "..artifacts.s3..");

    @ArchTest
    static final ArchRule adaptersKnowNoHttp = noClasses()
            .that()
            .resideInAnyPackage("..directory..", "..artifacts.s3..", "..store..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.fourfold.artifacts.http..", "io.micronaut.http..");

    @ArchTest
    static final ArchRule noOtherServiceIsKnown = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.fourfold.metadata..",
                    "dev.fourfold.metrics..",
                    "dev.fourfold.logs..",
                    "dev.fourfold.cache..",
                    "dev.fourfold.gateway..");

    @ArchTest
    static final ArchRule bytesStayOpaque = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .dependOnClassesThat()
            .resideInAPackage("java.util.zip..");
}
