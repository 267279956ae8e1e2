package io.h2session.api;

/**
 * How much of a budget a peer has used: {@link Http2SessionContext#abuseBudgets()}.
 *
 * @param budget the budget, which has the unit: points or frames
 * @param used how much is used at present; useful traffic and time give it back
 * @param limit how much may be used at once; 2^31-1 for no limit
 * @param perSecond how much each second gives back; 0 for nothing
 * @since 0.1
 */
@Unstable
public record Http2BudgetUse(Http2Budget budget, long used, long limit, long perSecond) {}
