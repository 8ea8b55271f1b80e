using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Emergence.TestKit.Telemetry;

/// <summary>Listens to a meter and keeps every measurement.</summary>
public sealed class RecordedMeasurements : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<Measured> _all = [];
    private readonly Func<Measured, bool> _wanted;

    /// <summary>Begins to listen.</summary>
    /// <param name="meter">Name of the meter.</param>
    /// <param name="wanted">Which to keep; other tests of the process measure too.</param>
    public RecordedMeasurements(string meter, Func<Measured, bool> wanted)
    {
        _wanted = wanted;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter.Name == meter)
                listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
        _listener.Start();
    }

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Measured> All => [.. _all];

    /// <summary>The measurements of one instrument.</summary>
    /// <param name="instrument">Its name.</param>
    public IReadOnlyList<Measured> Of(string instrument) => [.. _all.Where(m => m.Instrument.Name == instrument)];

    /// <summary>Asks the instruments that are asked, as a collector does.</summary>
    public void Collect() => _listener.RecordObservableInstruments();

    /// <inheritdoc/>
    public void Dispose() => _listener.Dispose();

    private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        var measured = new Measured(instrument, value, tags.ToArray().ToDictionary(t => t.Key, t => t.Value));
        if (_wanted(measured))
            _all.Enqueue(measured);
    }
}
