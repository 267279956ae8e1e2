/**
 * Which queued frame goes next, how it becomes octets, and what sending it does.
 *
 * <pre>
 *   OutboundQueue, DataScheduler ─► FrameSender ─┬─ SendRules          may it go?
 *                                                ├─ HeaderBlockSender  HPACK, padding, CANCEL
 *                                                ├─ DataSender         windows, the body's octets
 *                                                └─ SentEffects        states, bodies, the end of streams
 *                                                        └─► OutboundBuffer ─► ByteSink
 * </pre>
 *
 * <p>Encoding comes last: until a frame is taken from the queue it is a value. The order of the callbacks is that of the manual
 * page of {@code nghttp2_session_send}.
 */
package io.h2session.send;
