using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Text.Json;
using Emergence.Pipeline.Progress;

namespace Emergence.Pipeline.Telemetry;

/// <summary>
/// Measures a run that is announced to workers: what is announced, and what is assembled of what they commit. What the workers compute, each
/// measures itself. Passes every event on. Until it is disposed, whoever collects is told what is outstanding.
/// </summary>
internal sealed class AnnounceTelemetry : IWatchObserver, IDisposable
{
    private const string Committed = "committed";
    private static readonly ConcurrentDictionary<AnnounceTelemetry, bool> s_runs = new();
    private readonly IWatchObserver _next;
    private readonly TimeProvider _time;
    private readonly KeyValuePair<string, object?> _run;
    private readonly ConcurrentDictionary<long, long> _announced = new();
    private KeyValuePair<string, object?> _model = new(PipelineInstruments.Model, null);
    private Func<int>? _outstanding;

    /// <param name="run">Name of the run.</param>
    /// <param name="next">Told every event.</param>
    /// <param name="time">The clock.</param>
    public AnnounceTelemetry(string run, IWatchObserver next, TimeProvider time) =>
        (_next, _time, _run) = (next, time, new(PipelineInstruments.Run, run));

    /// <summary>What is announced and not assembled, of every run of this process.</summary>
    public static IEnumerable<Measurement<long>> Outstanding() =>
        s_runs.Keys.Select(r => new Measurement<long>(r._outstanding?.Invoke() ?? 0, r._run, r._model));

    /// <summary>From now on whoever collects is told how much is outstanding.</summary>
    /// <param name="outstanding">Says it.</param>
    public void Follow(Func<int> outstanding)
    {
        _outstanding = outstanding;
        s_runs[this] = true;
    }

    /// <summary>A checkpoint has been announced.</summary>
    /// <param name="step">Its step.</param>
    public void Announced(long step)
    {
        _announced[step] = _time.GetTimestamp();
        PipelineInstruments.Announced.Add(1, _run, _model);
    }

    /// <summary>A checkpoint has been assembled.</summary>
    /// <param name="step">Its step.</param>
    /// <param name="refused">The kind of event that says why it was not used; null when it was.</param>
    public void Assembled(long step, string? refused)
    {
        PipelineInstruments.Assembled.Add(1, _run, _model, new(PipelineInstruments.Outcome, refused is null ? Committed : JsonNamingPolicy.SnakeCaseLower.ConvertName(refused)));

        // One that an earlier start announced has no time here.
        if (_announced.TryRemove(step, out var since))
        {
            PipelineInstruments.AssemblyLag.Record(_time.GetElapsedTime(since).TotalSeconds, _run, _model);
        }
    }

    /// <inheritdoc/>
    public void On(WatchEvent watchEvent)
    {
        if (watchEvent is RunOpened opened)
        {
            _model = new(PipelineInstruments.Model, opened.Model);
        }

        _next.On(watchEvent);
    }

    /// <summary>The run is not asked any more.</summary>
    public void Dispose() => s_runs.TryRemove(this, out _);
}
