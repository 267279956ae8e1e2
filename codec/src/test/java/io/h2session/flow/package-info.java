/**
 * Tests of the arithmetic of windows at the ends of its range. {@code ReceiveWindowLedgerTest} compares random operations
 * with a ledger that keeps every credit.
 */
package io.h2session.flow;
