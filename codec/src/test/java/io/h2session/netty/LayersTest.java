package io.h2session.netty;

import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.ArrayList;
import java.util.List;

/** The layers of the package, as its package-info shows them: the classes depend on each other in one direction. */
@AnalyzeClasses(packages = "io.h2session.netty", importOptions = DoNotIncludeTests.class)
class LayersTest {
    /** A stream's handle, its record and what they share know each other: together they are one thing. */
    private static final List<String> STREAMS = List.of(
            "Http2StreamHandle",
            "StreamRecord",
            "SessionStreams",
            "OutgoingBody",
            "HeadPromise",
            "HeldPiece",
            "PendingBytes",
            "SentPromises",
            "ConsumedBytes");

    /** The handler makes a builder, a builder makes handlers, and handlers enter themselves in a registry, which lists them. */
    private static final List<String> HANDLER =
            List.of("Http2SessionHandler", "Http2SessionHandlerBuilder", "Http2SessionRegistry");

    /** From the lowest layer up. */
    private static final List<List<String>> LAYERS = List.of(
            List.of(
                    "HandlerSettings",
                    "Http2AuthorityVerifier",
                    "Http2EventKind",
                    "Http2NotSentException",
                    "Http2SessionFacts",
                    "Http2SessionObserver",
                    "Http2SessionSnapshot",
                    "FrameLog",
                    "InputEnd",
                    "SessionEnd",
                    "SessionTimer",
                    "TakenBytes",
                    "TurnClock",
                    "WriteWatch"),
            STREAMS,
            List.of("Http2SessionEvent", "Http2SessionWrite"),
            List.of(
                    "BodyPieces",
                    "ChannelSink",
                    "ControlPromises",
                    "EventPipeline",
                    "FramePromises",
                    "GracefulShutdown",
                    "ReadGate",
                    "RefusedWrites",
                    "SessionEvents"),
            List.of("EngineCalls", "FactUpdates", "SendLoop"),
            List.of("ReceiveLoop", "Retirement", "SessionClosing", "SessionUpkeep", "TransportEnd"),
            List.of("ControlWrites", "MessageWrites", "OutboundWrites", "WriteChecks"),
            List.of("SessionChannel"),
            HANDLER);

    @ArchTest
    static void everyClassIsInOneLayer(JavaClasses classes) {
        List<String> found = classes.stream()
                .filter(LayersTest::isOfThePackage)
                .map(LayersTest::fileOf)
                .filter(name -> !name.equals("package-info"))
                .distinct()
                .toList();
        List<String> listed = LAYERS.stream().flatMap(List::stream).toList();
        assertThat(found).containsExactlyInAnyOrderElementsOf(listed);
    }

    @ArchTest
    static void noClassDependsOnALayerAbove(JavaClasses classes) {
        List<String> upward = new ArrayList<>();
        int checked = 0;
        for (JavaClass user : classes) {
            for (Dependency use : user.getDirectDependenciesFromSelf()) {
                JavaClass used = use.getTargetClass().getBaseComponentType();
                if (isOfThePackage(user) && isOfThePackage(used)) {
                    checked++;
                    if (layerOf(used) > layerOf(user)) {
                        upward.add(use.getDescription());
                    }
                }
            }
        }
        assertThat(checked).isGreaterThan(500);
        assertThat(upward).isEmpty();
    }

    /** Within a layer, too, no two classes hold each other. */
    @ArchTest
    static void noClassesHoldEachOther(JavaClasses classes) {
        slices().assignedFrom(new Files()).should().beFreeOfCycles().check(classes);
    }

    /** No part is handed to another one later: only the handler waits for its channel, and a builder for what it is told. */
    @ArchTest
    static void thePartsAreConnectedOnce(JavaClasses classes) {
        List<String> connections = new ArrayList<>();
        List<String> late = new ArrayList<>();
        for (JavaClass owner : classes) {
            for (JavaField field : owner.getFields()) {
                if (isOfThePackage(owner) && isPart(field.getRawType().getBaseComponentType())) {
                    connections.add(field.getFullName());
                    if (!field.getModifiers().contains(JavaModifier.FINAL)) {
                        late.add(fileOf(owner) + "." + field.getName());
                    }
                }
            }
        }
        assertThat(connections).hasSizeGreaterThan(50);
        assertThat(late)
                .containsExactlyInAnyOrder("Http2SessionHandler.channel", "Http2SessionHandlerBuilder.registry");
    }

    /** The handle is a name: what is kept for the stream is in its record. */
    @ArchTest
    static void theHandleHoldsNothingButItsRecord(JavaClasses classes) {
        assertThat(classes.get(Http2StreamHandle.class).getFields())
                .filteredOn(field -> !field.getModifiers().contains(JavaModifier.PRIVATE))
                .singleElement()
                .satisfies(field -> {
                    assertThat(field.getName()).isEqualTo("record");
                    assertThat(field.getModifiers()).contains(JavaModifier.FINAL);
                });
    }

    /** A part of a connection, and no value, stream or message. */
    private static boolean isPart(JavaClass type) {
        return isOfThePackage(type) && layerOf(type) > LAYERS.indexOf(STREAMS) + 1;
    }

    private static boolean isOfThePackage(JavaClass type) {
        return type.getPackageName().equals("io.h2session.netty");
    }

    private static int layerOf(JavaClass type) {
        for (int i = 0; i < LAYERS.size(); i++) {
            if (LAYERS.get(i).contains(fileOf(type))) {
                return i;
            }
        }
        throw new AssertionError(type.getName() + " is in no layer");
    }

    /** The name of the outermost class. */
    private static String fileOf(JavaClass type) {
        String name = type.getName().substring(type.getPackageName().length() + 1);
        int nested = name.indexOf('$');
        return nested < 0 ? name : name.substring(0, nested);
    }

    private static final class Files implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            if (!isOfThePackage(type)) {
                return SliceIdentifier.ignore();
            }
            String file = fileOf(type);
            return SliceIdentifier.of(STREAMS.contains(file) ? "streams" : HANDLER.contains(file) ? "handler" : file);
        }

        @Override
        public String getDescription() {
            return "files of the package";
        }
    }
}
