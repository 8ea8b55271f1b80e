namespace Emergence.Sinks.Telemetry;

/// <summary>The kinds of instruments, by OpenTelemetry's words.</summary>
public enum InstrumentKind
{
    /// <summary>A sum that only grows.</summary>
    Counter,

    /// <summary>A sum that grows and shrinks; those of several processes may be added.</summary>
    UpDownCounter,

    /// <summary>A value of which the newest counts; those of several processes may not be added.</summary>
    Gauge,

    /// <summary>A distribution.</summary>
    Histogram,
}
