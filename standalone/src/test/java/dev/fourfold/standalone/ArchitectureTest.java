package dev.fourfold.standalone;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rules of the house that hold across modules. */
@AnalyzeClasses(packages = "dev.fourfold", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule PROCESSES_ARE_RUN_BY_THE_LAUNCHER_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fourfold.standalone..", "dev.fourfold.embedded..")
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.lang.ProcessBuilder")
            .orShould()
            .callMethod(Runtime.class, "exec", String.class)
            .orShould()
            .callMethod(Runtime.class, "exec", String[].class)
            .because("a request must never reach a shell");

    @ArchTest
    static final ArchRule UPLOADS_STAY_OPAQUE = noClasses()
            .should()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.io.ObjectInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.zip.ZipInputStream")
            .orShould()
            .dependOnClassesThat()
            .haveFullyQualifiedName("java.util.zip.ZipFile")
            .because("models and archives are bytes to us");

    @ArchTest
    static final ArchRule REDIS_IS_KNOWN_IN_ONE_PACKAGE = onlyIn("io.lettuce..", "dev.fourfold.cache.redis..");

    @ArchTest
    static final ArchRule MONGODB_IS_KNOWN_IN_ONE_PACKAGE = onlyIn("com.mongodb..", "dev.fourfold.logs.mongo..");

    @ArchTest
    static final ArchRule INFLUXDB_IS_KNOWN_IN_ONE_PACKAGE = onlyIn("com.influxdb..", "dev.fourfold.metrics.influx..");

    @ArchTest
    static final ArchRule SQL_IS_KNOWN_IN_ADAPTERS_ONLY = noClasses()
            .that()
            .resideOutsideOfPackages(
                    "dev.fourfold.metadata.postgres..",
                    "dev.fourfold.metrics.postgres..",
                    // Measures what goes through JDBC, for both.
                    "dev.fourfold.contract.meters.jdbc..",
                    // Asks how many connections there may be, for both.
                    "dev.fourfold.contract.pool..",
                    "dev.fourfold.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "io.micronaut.data..");

    @ArchTest
    static final ArchRule ONLY_THE_LAUNCHER_KNOWS_EMBEDDED_STORES = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fourfold.standalone..", "dev.fourfold.embedded..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.fourfold.embedded..");

    @ArchTest
    static final ArchRule NOTHING_DEPENDS_ON_THE_GATEWAY = noClasses()
            .that()
            .resideOutsideOfPackages("dev.fourfold.gateway..", "dev.fourfold.standalone..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.fourfold.gateway..");

    private static ArchRule onlyIn(String driver, String adapter) {
        return noClasses()
                .that()
                .resideOutsideOfPackage(adapter)
                .and()
                .resideOutsideOfPackage("dev.fourfold.embedded..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver);
    }
}
