using System.Diagnostics.Metrics;
using System.Reflection;

namespace Emergence.Sinks.Telemetry;

/// <summary>A meter and the list of its instruments. Nobody listening, a measurement costs the look at a flag.</summary>
/// <param name="meter">The meter; lives as long as the process.</param>
public sealed class InstrumentSet(Meter meter)
{
    private readonly List<InstrumentDescription> _all = [];

    /// <summary>Version of the program, which is that of its meters.</summary>
    public static string? Version { get; } = typeof(InstrumentSet).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0];

    /// <summary>What was made, in order.</summary>
    public IReadOnlyList<InstrumentDescription> All => _all;

    /// <summary>Makes a counter.</summary>
    /// <typeparam name="T">Type of the values.</typeparam>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="description">What it says.</param>
    /// <param name="attributes">Its attributes, those that may be missing with a question mark.</param>
    public Counter<T> Counter<T>(string name, string unit, string description, params string[] attributes)
        where T : struct
    {
        Add(name, InstrumentKind.Counter, unit, description, attributes);
        return meter.CreateCounter<T>(name, unit, description);
    }

    /// <summary>Makes a gauge; parameters as those of <see cref="Counter{T}"/>.</summary>
    /// <inheritdoc cref="Counter{T}"/>
    public Gauge<T> Gauge<T>(string name, string unit, string description, params string[] attributes)
        where T : struct
    {
        Add(name, InstrumentKind.Gauge, unit, description, attributes);
        return meter.CreateGauge<T>(name, unit, description);
    }

    /// <summary>Makes a histogram.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="boundaries">Where one bucket ends and the next begins, ascending; advice to whoever collects.</param>
    /// <param name="description">What it says.</param>
    /// <param name="attributes">Its attributes, those that may be missing with a question mark.</param>
    public Histogram<double> Histogram(string name, string unit, IReadOnlyList<double> boundaries, string description, params string[] attributes)
    {
        Add(name, InstrumentKind.Histogram, unit, description, attributes);
        return meter.CreateHistogram(name, unit, description, advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = boundaries });
    }

    /// <summary>Makes an up-down counter that is asked for its values whenever someone collects.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="unit">Its unit.</param>
    /// <param name="values">Gives the values of the moment; called from any thread.</param>
    /// <param name="description">What it says.</param>
    /// <param name="attributes">Its attributes.</param>
    public ObservableUpDownCounter<long> UpDownCounter(string name, string unit, Func<IEnumerable<Measurement<long>>> values, string description, params string[] attributes)
    {
        Add(name, InstrumentKind.UpDownCounter, unit, description, attributes);
        return meter.CreateObservableUpDownCounter(name, values, unit, description);
    }

    private void Add(string name, InstrumentKind kind, string unit, string description, string[] attributes) =>
        _all.Add(new(meter.Name, name, kind, unit, attributes, description));
}
