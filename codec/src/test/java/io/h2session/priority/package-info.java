/**
 * Tests of the Priority field: parsing as a structured field (RFC 8941), and the parameters of RFC 9218.
 */
package io.h2session.priority;
