package dev.fourfold.metrics;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** What may know what inside metrics-svc. */
@AnalyzeClasses(packages = "dev.fourfold.metrics", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {

    @ArchTest
    static final ArchRule INFLUX_DRIVER_STAYS_IN_ITS_ADAPTER = noClasses()
            .that()
            .resideOutsideOfPackage("..metrics.influx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.influxdb..", "okhttp3..", "retrofit2..", "okio..", "kotlin..");

    @ArchTest
    static final ArchRule SQL_STAYS_IN_ITS_ADAPTER = noClasses()
            .that()
            .resideOutsideOfPackage("..metrics.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..", "com.zaxxer..", "org.flywaydb..");

    @ArchTest
    static final ArchRule HTTP_KNOWS_NO_ADAPTER = noClasses()
            .that()
            .resideInAPackage("..metrics.http..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..metrics.influx..", "..metrics.postgres..", "..metrics.point..");

    @ArchTest
    static final ArchRule ADAPTERS_KNOW_NEITHER_HTTP_NOR_EACH_OTHER = noClasses()
            .that()
            .resideInAPackage("..metrics.influx..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..metrics.http..", "..metrics.postgres..");

    @ArchTest
    static final ArchRule POSTGRES_KNOWS_NEITHER_HTTP_NOR_INFLUX = noClasses()
            .that()
            .resideInAPackage("..metrics.postgres..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..metrics.http..", "..metrics.influx..");

    @ArchTest
    static final ArchRule POINTS_KNOW_NO_ADAPTER = noClasses()
            .that()
            .resideInAPackage("..metrics.point..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("..metrics.http..", "..metrics.influx..", "..metrics.postgres..");

    @ArchTest
    static final ArchRule NO_OTHER_SERVICE = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.fourfold.metadata..",
                    "dev.fourfold.logs..",
                    "dev.fourfold.cache..",
                    "dev.fourfold.artifacts..",
                    "dev.fourfold.gateway..");
}
