/**
 * What an application implements, sets or is handed.
 *
 * <pre>
 *   sets          {@link io.h2session.api.Http2SessionOptions}
 *   implements    {@link io.h2session.api.Http2SessionListener}  every callback, each with a default that does nothing
 *                 {@link io.h2session.api.DataSource}            a body, read when it can be sent
 *                 {@link io.h2session.api.ByteSink}              where octets go    {@link io.h2session.api.ByteSource} where they come from
 *   is handed     {@link io.h2session.api.Http2SessionContext}   submit, consume, reset, terminate, look things up
 *                 {@link io.h2session.api.BodySink}              takes the octets of a body
 * </pre>
 *
 * <p>Nothing here has a thread, a channel or a socket: every call is made on the caller's thread, one at a time.
 */
package io.h2session.api;
