package io.h2session;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;

/** The layout of the packages, kept true by the build. A package that is still empty breaks no rule. */
@AnalyzeClasses(packages = "io.h2session", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.h2session";

    /** From the lowest layer up. A package uses the layers below its own; those on one line never use each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of(ROOT + ".hpack"),
            List.of(ROOT + ".frame"),
            List.of(ROOT + ".priority"),
            List.of(ROOT + ".api"),
            List.of(ROOT + ".flow"),
            List.of(ROOT + ".message"),
            List.of(ROOT + ".stream"),
            List.of(ROOT + ".queue"),
            List.of(ROOT + ".connection"),
            List.of(ROOT + ".receive", ROOT + ".send"),
            List.of(ROOT),
            List.of(ROOT + ".netty"),
            List.of(ROOT + ".netty.tls", ROOT + ".netty.metrics", ROOT + ".netty.channel"),
            List.of(ROOT + ".netty.http"));

    private static final String[] ALL = LAYERS.stream().flatMap(List::stream).toArray(String[]::new);

    /** Everything below the handler: it knows of Netty's buffers and reference counts, not of channels. */
    private static final String[] ENGINE =
            LAYERS.stream().limit(11).flatMap(List::stream).toArray(String[]::new);

    @ArchTest
    static final ArchRule everyClassLivesInAKnownPackage =
            classes().should().resideInAnyPackage(ALL).allowEmptyShould(true);

    @ArchTest
    static final ArchRule engineUsesOnlyBuffersAndReferenceCountsOfNetty = noClasses()
            .that()
            .resideInAnyPackage(ENGINE)
            .should()
            .dependOnClassesThat(resideInAPackage("io.netty..")
                    .and(not(resideInAnyPackage("io.netty.buffer", "io.netty.util")))
                    .and(not(type(FastThreadLocal.class)))
                    .and(not(type(FastThreadLocalThread.class)))
                    .as("are Netty's, but neither of io.netty.buffer and io.netty.util nor for what threads keep"))
            .orShould()
            .dependOnClassesThat(resideInAPackage("org.slf4j..").or(resideInAPackage("java.util.logging..")))
            .allowEmptyShould(true);

    /** A pipeline without TLS needs no netty-handler, one without Upgrade no netty-codec-http. */
    @ArchTest
    static final ArchRule theHandlerKnowsNoOptionalDependency = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty")
            .should()
            .dependOnClassesThat(resideInAnyPackage("io.netty.handler.ssl..", "io.netty.handler.codec.http.."))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Manager|Impl|Helper)")
            .orShould()
            .haveNameMatching(".*[.$](Abstract|Default)[A-Z][^.]*")
            .allowEmptyShould(true);

    @ArchTest
    static void aPackageUsesOnlyTheLayersBelowIt(JavaClasses project) {
        List<String> below = new ArrayList<>();
        for (List<String> layer : LAYERS) {
            for (String name : layer) {
                List<String> forbidden = new ArrayList<>(List.of(ALL));
                forbidden.removeAll(below);
                forbidden.remove(name);
                noClasses()
                        .that()
                        .resideInAPackage(name)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(forbidden.toArray(String[]::new))
                        .allowEmptyShould(true)
                        .check(project);
            }
            below.addAll(layer);
        }
    }
}
