/**
 * A page that shows live sessions, for those who run a server or look for an error in one. Needs Netty's {@code netty-codec-http}.
 *
 * <pre>
 *   Http2Inspector ── observer of each session ──► InspectedSession ── counts always ──► Counts
 *        │                                              └─ while someone watches ──► Recording: Ring, FrameEntry,
 *        │                                                                            StreamTrack, Stretch, Sample
 *        └── handler, listen ──► InspectorHandler ──► RequestGuard      which requests are answered
 *                                  ├─► InspectorPage                    HTML, style and script in one
 *                                  ├─► Watch ── events ──► Sessions     asks each session on its event loop
 *                                  └─► SessionList, SessionDetail, Qlog what is shown and exported; ShownFields hides secrets
 * </pre>
 */
@NullMarked
@Unstable
package io.h2session.netty.inspect;

import io.h2session.api.Unstable;
import org.jspecify.annotations.NullMarked;
