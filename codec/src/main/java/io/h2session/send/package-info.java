/**
 * Sends queued frames and bodies: their order, their encoding, and the effects of sending them.
 *
 * <pre>
 *   OutboundQueue, DataScheduler ─► FrameSender ─┬─ ItemSender, one frame of the queue
 *                                                │    ├─ SendRules           may it be sent?
 *                                                │    ├─ HeaderBlockSender   HPACK, padding, CANCEL
 *                                                │    ├─ ControlFrameSender  all other frames
 *                                                │    └─ UnsentFrames        its effects if it is not sent
 *                                                ├─ DataSender, one turn of a body: windows, its bytes
 *                                                ├─ LastFrames, the last frames
 *                                                ├─ SentEffects: states, bodies, the end of streams
 *                                                └─ FrameHandover: when a frame is sent
 *                                                        └─► OutboundBuffer ─► ByteSink
 * </pre>
 *
 * <p>Of each of {@code SendRules}, {@code UnsentFrames} and {@code FrameHandover} there are two, one for each preset; the
 * connection's {@code Semantics} chooses when the connection is made.
 *
 * <p>Encoding comes last: until a frame is taken from the queue it is a value. The order of the callbacks is that of the
 * manual page of {@code nghttp2_session_send}.
 */
package io.h2session.send;
