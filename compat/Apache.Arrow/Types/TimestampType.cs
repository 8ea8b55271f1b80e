namespace Apache.Arrow.Types;

/// <summary>Ticks since 1970-01-01T00:00:00, in UTC when a time zone is named.</summary>
public sealed class TimestampType : TimeBasedType
{
    public static readonly TimestampType Default = new(TimeUnit.Millisecond, "+00:00");

    public TimestampType(TimeUnit unit = TimeUnit.Millisecond, string? timezone = null)
        : base(unit) => Timezone = timezone;

    /// <inheritdoc/>
    public override ArrowTypeId TypeId => ArrowTypeId.Timestamp;

    /// <inheritdoc/>
    public override string Name => "timestamp";

    /// <inheritdoc/>
    public override int BitWidth => 64;

    /// <summary>The time zone to show it in; null when the instant is local.</summary>
    public string? Timezone { get; }

    /// <summary>Whether a time zone is named.</summary>
    public bool IsTimeZoneAware => !string.IsNullOrWhiteSpace(Timezone);
}
