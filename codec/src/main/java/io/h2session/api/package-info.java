/**
 * The types that an application implements, configures or receives.
 *
 * <pre>
 *   configures    {@link io.h2session.api.Http2SessionOptions}   with {@link io.h2session.api.Http2Limits} and {@link io.h2session.api.Http2Timeouts}
 *   implements    {@link io.h2session.api.Http2SessionListener}  every callback, each with a default that does nothing
 *                 {@link io.h2session.api.DataSource}            a body, read when it can be sent
 *                 {@link io.h2session.api.ByteSink}              where bytes go    {@link io.h2session.api.ByteSource} where they come from
 *   receives      {@link io.h2session.api.Http2SessionContext}   submit, consume, reset, terminate, query
 *                 {@link io.h2session.api.BodySink}              takes the bytes of a body
 *                 {@link io.h2session.api.Http2RunningDeadline}, {@link io.h2session.api.Http2BudgetUse}, {@link io.h2session.api.Http2HeaderTable}
 *                                                                what a session tells of itself when it is asked
 * </pre>
 *
 * <p>No type here has a thread, a channel or a socket. Every call is made on the caller's thread, one at a time.
 */
@NullMarked
package io.h2session.api;

import org.jspecify.annotations.NullMarked;
