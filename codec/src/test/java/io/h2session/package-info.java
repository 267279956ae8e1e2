/**
 * Tests of the engine by behaviour, through {@code Http2Session} alone. A script of {@link io.h2session.testing.Frames} is
 * played to a session by {@link io.h2session.testing.Talk}, which shows what was called back and what was sent. {@code
 * RecvStepsTest} and {@code SendStepsTest} show each step of {@code recv} and {@code send}. {@code HonestPeersTest} and
 * {@code HonestPacesTest} check that no limit hits an honest peer; {@code FloodTest} and {@code BoundsTest} check that abuse
 * ends. {@code ArchitectureTest}, {@code DocumentedTest} and {@code SourceTest} check the code itself.
 */
package io.h2session;
