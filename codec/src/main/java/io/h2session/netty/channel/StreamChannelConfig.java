package io.h2session.netty.channel;

import io.h2session.priority.Priority;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.MessageSizeEstimator;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The options of a {@link StreamChannel}: its own, not the connection's. */
@SuppressWarnings("deprecation") // some of what a configuration has to offer is
final class StreamChannelConfig implements ChannelConfig {
    static final int MAX_MESSAGES_PER_READ = 16;

    /** What a write counts beside its data: about the header of a frame. */
    static final int WRITE_COST = 9;

    private static final int CONNECT_TIMEOUT_MILLIS = 30_000;

    /** What is shown as long as none was set. The channel then counts the messages of a read by itself. */
    private static final RecvByteBufAllocator NO_RECV_ALLOCATOR = new FixedRecvByteBufAllocator(2048);

    private static final MessageSizeEstimator.Handle SIZES = StreamWrites::size;
    private static final MessageSizeEstimator ESTIMATOR = () -> SIZES;

    private final ChildChannel channel;
    private volatile WriteBufferWaterMark marks = WriteBufferWaterMark.DEFAULT;
    private volatile Allocators allocators = Allocators.UNSET;
    private volatile Priority priority;
    private volatile CreditMode creditMode = CreditMode.NEXT_READ;
    private volatile int maxMessagesPerRead = MAX_MESSAGES_PER_READ;
    private volatile boolean autoRead = true;
    private volatile boolean autoClose = true;

    StreamChannelConfig(ChildChannel channel) {
        this.channel = channel;
    }

    /** What was set; null where nothing was. Few streams have any. */
    private record Allocators(ByteBufAllocator buffers, RecvByteBufAllocator recv) {
        static final Allocators UNSET = new Allocators(null, null);
    }

    // ---- by option -------------------------------------------------------------------------------------------------

    @Override
    public Map<ChannelOption<?>, Object> getOptions() {
        Map<ChannelOption<?>, Object> options = new LinkedHashMap<>();
        for (ChannelOption<?> option : new ChannelOption<?>[] {
            ChannelOption.AUTO_READ,
            ChannelOption.AUTO_CLOSE,
            ChannelOption.ALLOCATOR,
            ChannelOption.RCVBUF_ALLOCATOR,
            ChannelOption.MAX_MESSAGES_PER_READ,
            ChannelOption.WRITE_BUFFER_WATER_MARK,
            ChannelOption.MESSAGE_SIZE_ESTIMATOR,
            StreamChannelOption.CREDIT_MODE,
            StreamChannelOption.PRIORITY
        }) {
            options.put(option, getOption(option));
        }
        for (ChannelOption<?> option : channel.ownOptions()) {
            options.put(option, getOption(option));
        }
        return options;
    }

    @Override
    @SuppressWarnings("unchecked") // an option's value has its type
    public boolean setOptions(Map<ChannelOption<?>, ?> options) {
        boolean all = true;
        for (Map.Entry<ChannelOption<?>, ?> one : options.entrySet()) {
            all &= setOption((ChannelOption<Object>) one.getKey(), one.getValue());
        }
        return all;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // an option's value has its type
    public <T> T getOption(ChannelOption<T> option) {
        return (T) get(Objects.requireNonNull(option, "option"));
    }

    private Object get(ChannelOption<?> option) {
        if (option == ChannelOption.AUTO_READ) {
            return autoRead;
        } else if (option == ChannelOption.AUTO_CLOSE) {
            return autoClose;
        } else if (option == ChannelOption.ALLOCATOR) {
            return getAllocator();
        } else if (option == ChannelOption.RCVBUF_ALLOCATOR) {
            return getRecvByteBufAllocator();
        } else if (option == ChannelOption.MAX_MESSAGES_PER_READ) {
            return maxMessagesPerRead;
        } else if (option == ChannelOption.WRITE_BUFFER_WATER_MARK) {
            return marks;
        } else if (option == ChannelOption.WRITE_BUFFER_HIGH_WATER_MARK) {
            return marks.high();
        } else if (option == ChannelOption.WRITE_BUFFER_LOW_WATER_MARK) {
            return marks.low();
        } else if (option == ChannelOption.MESSAGE_SIZE_ESTIMATOR) {
            return ESTIMATOR;
        } else if (option == StreamChannelOption.CREDIT_MODE) {
            return creditMode;
        }
        return option == StreamChannelOption.PRIORITY ? priority : channel.ownOption(option);
    }

    @Override
    public <T> boolean setOption(ChannelOption<T> option, T value) {
        option.validate(value);
        if (option == ChannelOption.AUTO_READ) {
            setAutoRead((Boolean) value);
        } else if (option == ChannelOption.AUTO_CLOSE) {
            setAutoClose((Boolean) value);
        } else if (option == ChannelOption.ALLOCATOR) {
            setAllocator((ByteBufAllocator) value);
        } else if (option == ChannelOption.RCVBUF_ALLOCATOR) {
            setRecvByteBufAllocator((RecvByteBufAllocator) value);
        } else if (option == ChannelOption.MAX_MESSAGES_PER_READ) {
            setMaxMessagesPerRead((Integer) value);
        } else if (option == ChannelOption.WRITE_BUFFER_WATER_MARK) {
            setWriteBufferWaterMark((WriteBufferWaterMark) value);
        } else if (option == ChannelOption.WRITE_BUFFER_HIGH_WATER_MARK) {
            setWriteBufferHighWaterMark((Integer) value);
        } else if (option == ChannelOption.WRITE_BUFFER_LOW_WATER_MARK) {
            setWriteBufferLowWaterMark((Integer) value);
        } else if (option == StreamChannelOption.CREDIT_MODE) {
            creditMode((CreditMode) value);
        } else if (option == StreamChannelOption.PRIORITY) {
            priority = (Priority) value;
            channel.priorityChanged();
        } else {
            return channel.setOwnOption(option, value);
        }
        return true;
    }

    // ---- reading ---------------------------------------------------------------------------------------------------

    @Override
    public boolean isAutoRead() {
        return autoRead;
    }

    @Override
    public ChannelConfig setAutoRead(boolean on) {
        boolean before = autoRead;
        autoRead = on;
        if (on && !before) {
            channel.read();
        }
        return this;
    }

    @Override
    public int getMaxMessagesPerRead() {
        return maxMessagesPerRead;
    }

    @Override
    public ChannelConfig setMaxMessagesPerRead(int messages) {
        if (messages < 1) {
            throw new IllegalArgumentException("messages: " + messages);
        }
        maxMessagesPerRead = messages;
        return this;
    }

    @Override
    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"}) // as the interface has it
    public <T extends RecvByteBufAllocator> T getRecvByteBufAllocator() {
        RecvByteBufAllocator set = allocators.recv;
        return (T) (set == null ? NO_RECV_ALLOCATOR : set);
    }

    @Override
    public ChannelConfig setRecvByteBufAllocator(RecvByteBufAllocator recv) {
        allocators = new Allocators(allocators.buffers, Objects.requireNonNull(recv, "recv"));
        return this;
    }

    /** What decides how many messages a read takes, if the application has said so; else null. */
    RecvByteBufAllocator chosenRecvAllocator() {
        return allocators.recv;
    }

    CreditMode creditMode() {
        return creditMode;
    }

    private void creditMode(CreditMode mode) {
        CreditMode before = creditMode;
        creditMode = mode;
        if (before == CreditMode.MANUAL && mode != CreditMode.MANUAL) {
            channel.creditIsAutomatic();
        }
    }

    // ---- writing ---------------------------------------------------------------------------------------------------

    @Override
    public boolean isAutoClose() {
        return autoClose;
    }

    @Override
    public ChannelConfig setAutoClose(boolean on) {
        autoClose = on;
        return this;
    }

    @Override
    public WriteBufferWaterMark getWriteBufferWaterMark() {
        return marks;
    }

    @Override
    public ChannelConfig setWriteBufferWaterMark(WriteBufferWaterMark set) {
        marks = Objects.requireNonNull(set, "set");
        channel.marksChanged();
        return this;
    }

    @Override
    public int getWriteBufferHighWaterMark() {
        return marks.high();
    }

    @Override
    public ChannelConfig setWriteBufferHighWaterMark(int high) {
        return setWriteBufferWaterMark(new WriteBufferWaterMark(marks.low(), high));
    }

    @Override
    public int getWriteBufferLowWaterMark() {
        return marks.low();
    }

    @Override
    public ChannelConfig setWriteBufferLowWaterMark(int low) {
        return setWriteBufferWaterMark(new WriteBufferWaterMark(low, marks.high()));
    }

    Priority priority() {
        return priority;
    }

    // ---- buffers, and what streams do not have ---------------------------------------------------------------------

    @Override
    public ByteBufAllocator getAllocator() {
        ByteBufAllocator set = allocators.buffers;
        return set == null ? channel.parent().alloc() : set;
    }

    @Override
    public ChannelConfig setAllocator(ByteBufAllocator set) {
        allocators = new Allocators(Objects.requireNonNull(set, "set"), allocators.recv);
        return this;
    }

    @Override
    public MessageSizeEstimator getMessageSizeEstimator() {
        return ESTIMATOR;
    }

    @Override
    public ChannelConfig setMessageSizeEstimator(MessageSizeEstimator estimator) {
        throw new UnsupportedOperationException("what a write to a stream counts is fixed");
    }

    @Override
    public int getConnectTimeoutMillis() {
        return CONNECT_TIMEOUT_MILLIS;
    }

    @Override
    public ChannelConfig setConnectTimeoutMillis(int millis) {
        throw new UnsupportedOperationException("a stream is not connected");
    }

    @Override
    public int getWriteSpinCount() {
        return 1;
    }

    @Override
    public ChannelConfig setWriteSpinCount(int count) {
        throw new UnsupportedOperationException("the connection writes");
    }
}
