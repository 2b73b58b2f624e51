package dev.fourfold.logs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.fourfold.logs", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule theDriverIsKnownByItsAdapterOnly = noClasses()
            .that()
            .resideOutsideOfPackage("dev.fourfold.logs.mongo..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.mongodb..", "org.bson..", "reactor..");

    @ArchTest
    static final ArchRule streamsAreTheDriversAndThoseOfHttp = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fourfold.logs.mongo..", "dev.fourfold.logs.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("org.reactivestreams..");

    @ArchTest
    static final ArchRule httpKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage("..http..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..mongo..");

    @ArchTest
    static final ArchRule adaptersAndRulesKnowNoHttp = noClasses()
            .that()
            .resideInAnyPackage("..mongo..", "..line..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("dev.fourfold.logs.http..", "io.micronaut.http..");

    @ArchTest
    static final ArchRule theFeatureKnowsNoAdapter = noClasses()
            .that()
            .resideInAPackage("..line..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("..mongo..");

    @ArchTest
    static final ArchRule noOtherServiceIsKnown = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.fourfold.metadata..",
                    "dev.fourfold.metrics..",
                    "dev.fourfold.artifacts..",
                    "dev.fourfold.cache..",
                    "dev.fourfold.gateway..");
}
