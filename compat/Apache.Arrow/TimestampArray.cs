using Apache.Arrow.Types;

namespace Apache.Arrow;

/// <summary>Instants, as ticks of the type's unit since 1970.</summary>
public class TimestampArray : PrimitiveArray<long>
{
    public TimestampArray(ArrayData data)
        : base(Expect(data, ArrowTypeId.Timestamp, 2))
    {
    }

    public TimestampArray(TimestampType type, ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset)
        : this(new ArrayData(type, length, nullCount, offset, new[] { nullBitmapBuffer, valueBuffer }))
    {
    }

    /// <summary>An instant, in UTC; null when it is missing. Nanoseconds are cut to 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The index lies outside the array, or the instant outside the calendar.</exception>
    public DateTimeOffset? GetTimestamp(int index)
    {
        CheckIndex(index);
        return IsValid(index) ? GetTimestampUnchecked(index) : null;
    }

    /// <summary>An instant, in UTC, whether it is there or not.</summary>
    public DateTimeOffset GetTimestampUnchecked(int index)
    {
        var ticks = (Int128)Values[index];
        ticks = ((TimestampType)Data.DataType).Unit switch
        {
            TimeUnit.Second => ticks * TimeSpan.TicksPerSecond,
            TimeUnit.Millisecond => ticks * TimeSpan.TicksPerMillisecond,
            TimeUnit.Microsecond => ticks * TimeSpan.TicksPerMicrosecond,
            _ => ticks / 100,
        };
        ticks += DateTimeOffset.UnixEpoch.Ticks;
        return ticks < 0 || ticks > DateTimeOffset.MaxValue.Ticks
            ? throw new ArgumentOutOfRangeException(nameof(index), "the instant lies outside the calendar")
            : new DateTimeOffset((long)ticks, TimeSpan.Zero);
    }

    /// <summary>Builds such an array.</summary>
    public class Builder : PrimitiveArrayBuilder<DateTimeOffset, long, TimestampArray, Builder>
    {
        public Builder(TimestampType type)
            : base(new TicksBuilder(type)) => DataType = type;

        public Builder(TimeUnit unit = TimeUnit.Millisecond, string timezone = "+00:00")
            : this(new TimestampType(unit, timezone))
        {
        }

        protected TimestampType DataType { get; }

        protected override long ConvertTo(DateTimeOffset value)
        {
            var ticks = value.UtcTicks - DateTimeOffset.UnixEpoch.Ticks;
            return DataType.Unit switch
            {
                TimeUnit.Second => FloorDivide(ticks, TimeSpan.TicksPerSecond),
                TimeUnit.Millisecond => FloorDivide(ticks, TimeSpan.TicksPerMillisecond),
                TimeUnit.Microsecond => FloorDivide(ticks, TimeSpan.TicksPerMicrosecond),
                _ => checked(ticks * 100),
            };
        }

        // Instants before 1970 are negative: rounding towards zero would move them forwards.
        private static long FloorDivide(long ticks, long unit) => (ticks / unit) - (ticks % unit < 0 ? 1 : 0);
    }

    private sealed class TicksBuilder(TimestampType type) : PrimitiveArrayBuilder<long, TimestampArray, TicksBuilder>
    {
        protected override TimestampArray Build(ArrowBuffer valueBuffer, ArrowBuffer nullBitmapBuffer, int length, int nullCount, int offset) =>
            new(type, valueBuffer, nullBitmapBuffer, length, nullCount, offset);
    }
}
