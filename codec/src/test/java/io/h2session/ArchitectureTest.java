package io.h2session;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.h2session.api.Http2SessionOptions;
import io.h2session.connection.Semantics;
import io.netty.util.concurrent.FastThreadLocal;
import io.netty.util.concurrent.FastThreadLocalThread;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The layout of the packages, kept true by the build. A rule about a package without classes fails: it checks nothing. */
@AnalyzeClasses(packages = "io.h2session", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.h2session";

    /** From the lowest layer up. A package uses the layers below its own; those on one line never use each other. */
    private static final List<List<String>> LAYERS = List.of(
            List.of(ROOT + ".hpack"),
            List.of(ROOT + ".frame"),
            List.of(ROOT + ".priority"),
            List.of(ROOT + ".api"),
            List.of(ROOT + ".flow", ROOT + ".jfr"),
            List.of(ROOT + ".message"),
            List.of(ROOT + ".stream"),
            List.of(ROOT + ".queue"),
            List.of(ROOT + ".connection"),
            List.of(ROOT + ".receive", ROOT + ".submit", ROOT + ".send"),
            List.of(ROOT),
            List.of(ROOT + ".netty"),
            List.of(ROOT + ".netty.negotiation", ROOT + ".netty.channel", ROOT + ".netty.client"),
            List.of(ROOT + ".netty.http", ROOT + ".netty.pool", ROOT + ".netty.compat", ROOT + ".netty.inspect"));

    /** What only applications use. */
    private static final Set<String> ENTRANCES = Set.of(
            ROOT + ".jfr",
            ROOT + ".netty.client",
            ROOT + ".netty.negotiation",
            ROOT + ".netty.http",
            ROOT + ".netty.pool",
            ROOT + ".netty.compat",
            ROOT + ".netty.inspect");

    private static final String[] ALL = LAYERS.stream().flatMap(List::stream).toArray(String[]::new);

    /** Everything below the handler: it knows of Netty's buffers and reference counts, not of channels. */
    private static final String[] ENGINE = LAYERS.stream()
            .takeWhile(layer -> !layer.contains(ROOT + ".netty"))
            .flatMap(List::stream)
            .toArray(String[]::new);

    /** What a pipeline may lack: a pipeline without TLS needs no netty-handler, one without Upgrade no netty-codec-http. */
    private static final List<String> OPTIONAL = List.of("io.netty.handler.ssl..", "io.netty.handler.codec.http..");

    private static final String NETTYS_HTTP2 = "io.netty.handler.codec.http2..";

    @ArchTest
    static final ArchRule everyClassLivesInAKnownPackage = classes().should().resideInAnyPackage(ALL);

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
            .dependOnClassesThat(resideInAnyPackage("org.slf4j..", "java.util.logging.."));

    @ArchTest
    static final ArchRule theHandlerKnowsNoOptionalDependency = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty")
            .should()
            .dependOnClassesThat(resideInAnyPackage(OPTIONAL.toArray(String[]::new)));

    /** All other code asks {@link Semantics} by the name of a row in DEPARTURES.md, or is handed one of two collaborators. */
    @ArchTest
    static final ArchRule onlySemanticsAsksWhichWayIsTaken = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".api")
            .and(not(type(Semantics.class)))
            .should()
            .callMethod(Http2SessionOptions.class, "followNghttp2")
            .orShould()
            .callMethod(Http2SessionOptions.class, "sameForAnySplit");

    @ArchTest
    static void semanticsDoesAskWhichWayIsTaken(JavaClasses project) {
        assertThat(project.get(Semantics.class).getMethodCallsFromSelf())
                .extracting(call -> call.getTarget().getName())
                .contains("followNghttp2", "sameForAnySplit");
    }

    /** Streams as channels stand on what every application can use: the handler, its events and writes, and the words of those. */
    @ArchTest
    static final ArchRule channelsUseOnlyWhatApplicationsUse = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty.channel")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ENGINE)
                    .and(not(resideInAnyPackage(
                            ROOT, ROOT + ".hpack", ROOT + ".frame", ROOT + ".priority", ROOT + ".api"))))
            .orShould()
            .dependOnClassesThat(resideInAnyPackage(OPTIONAL.toArray(String[]::new)));

    /** So does a pool of connections. */
    @ArchTest
    static final ArchRule poolsUseOnlyWhatApplicationsUse = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty.pool")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ENGINE)
                    .and(not(resideInAnyPackage(ROOT, ROOT + ".hpack", ROOT + ".frame", ROOT + ".api"))));

    /** So do messages on them, beside the rules for the bytes of fields. */
    @ArchTest
    static final ArchRule messagesOnStreamsUseOnlyWhatApplicationsUse = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty.http")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ENGINE)
                    .and(not(resideInAnyPackage(ROOT + ".hpack", ROOT + ".frame", ROOT + ".api")))
                    .and(not(type(FieldRules.class))));

    /** So does the inspector, which anyone could have written. */
    @ArchTest
    static final ArchRule theInspectorUsesOnlyWhatApplicationsUse = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty.inspect")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ENGINE)
                    .and(not(resideInAnyPackage(ROOT, ROOT + ".hpack", ROOT + ".frame", ROOT + ".api"))));

    /** And channels that speak in Netty's frames, which also ask the session for the state of a stream. */
    @ArchTest
    static final ArchRule nettysFramesStandOnWhatApplicationsUse = noClasses()
            .that()
            .resideInAPackage(ROOT + ".netty.compat")
            .should()
            .dependOnClassesThat(resideInAnyPackage(ENGINE)
                    .and(not(resideInAnyPackage(ROOT, ROOT + ".hpack", ROOT + ".frame", ROOT + ".api")))
                    .and(not(type(FieldRules.class))));

    /** Who does not use that package needs no netty-codec-http2. */
    @ArchTest
    static final ArchRule nettysHttp2CodecIsKnownInOnePackage = noClasses()
            .that()
            .resideOutsideOfPackage(ROOT + ".netty.compat")
            .should()
            .dependOnClassesThat(resideInAPackage(NETTYS_HTTP2));

    @ArchTest
    static final ArchRule namesSayWhatAClassIs = noClasses()
            .should()
            .haveNameMatching(".*(Utils?|Manager|Impl|Helper)")
            .orShould()
            .haveNameMatching(".*[.$](Abstract|Default)[A-Z][^.]*");

    @ArchTest
    static void aPackageUsesOnlyTheLayersBelowIt(JavaClasses project) {
        List<String> below = new ArrayList<>();
        for (List<String> layer : LAYERS) {
            for (String name : layer) {
                List<String> forbidden = new ArrayList<>(List.of(ALL));
                forbidden.removeAll(below);
                forbidden.remove(name);
                packageUsesNoneOf(name, forbidden).check(project);
            }
            below.addAll(layer);
        }
    }

    @ArchTest
    static void aRuleAboutAPackageThatIsNotThereFails(JavaClasses project) {
        for (String name : List.of(ROOT + ".conection", ROOT + ".netty.htp", "io.h2sesion")) {
            assertThatThrownBy(() ->
                            packageUsesNoneOf(name, List.of(ROOT + ".netty")).check(project))
                    .as(name)
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("failed to check any classes");
        }
    }

    /** A rule that forbids a package without a user, or a misspelt one, says nothing: somebody else does use it. */
    @ArchTest
    static void whatARuleForbidsIsUsedElsewhere(JavaClasses project) {
        for (String optional : OPTIONAL) {
            assertThat(usersOf(optional, project)).as(optional).contains(ROOT + ".netty.negotiation");
        }
        assertThat(usersOf(NETTYS_HTTP2, project)).containsExactly(ROOT + ".netty.compat");
        assertThat(usersOf("io.netty.channel..", project)).contains(ROOT + ".netty", ROOT + ".netty.negotiation");
        for (String layer : ALL) {
            if (!ENTRANCES.contains(layer)) {
                assertThat(usersOf(layer, project)).as(layer).anyMatch(user -> !user.equals(layer));
            }
        }
    }

    private static ArchRule packageUsesNoneOf(String name, List<String> forbidden) {
        return noClasses()
                .that()
                .resideInAPackage(name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(forbidden.toArray(String[]::new));
    }

    private static Set<String> usersOf(String packageIdentifier, JavaClasses project) {
        return project.stream()
                .filter(user -> user.getDirectDependenciesFromSelf().stream()
                        .anyMatch(use -> resideInAPackage(packageIdentifier).test(use.getTargetClass())))
                .map(JavaClass::getPackageName)
                .collect(Collectors.toSet());
    }
}
