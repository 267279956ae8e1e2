/**
 * The client: one {@link io.h2session.examples.get.GetCommand} command.
 *
 * <pre>
 *   GetCommand ── Request (URL, fields, body) ──► Client ── one connection per origin ── ResponseHandler
 *        └── Sequence: one after the other                                                     │ events of a stream
 *        └── LoadRun: many beside each other         Exchange ◄── Fetch, one per request ◄─────┘
 *                                                       │           └── BodyOutput: a file, stdout, nowhere
 *                                                       └── Report: -s, -w, --json, --har
 * </pre>
 *
 * <p>Requests and responses: RFC 9113 section 8; when a response is complete: section 8.1.
 */
package io.h2session.examples.get;
