using Emergence.Pipeline.Flow.Engine;

namespace Emergence.Pipeline.Flow;

/// <summary>
/// A graph that can run, once. It always ends: by itself, drained after <see cref="RequestStop"/>, after <see cref="Abort"/>, after
/// the first failure, or, when a stage does not let go, at a deadline that names the stage.
/// </summary>
/// <remarks>
/// Faults are data. A failure is recorded once, with its stage and message, and raises the abort signal; from then on every stage
/// keeps consuming but only disposes, so no sender waits for ever and no message is left alive. Measured on two cores, a message costs
/// about a microsecond per edge: fine per batch, never per token.
/// </remarks>
public sealed class Graph : IDisposable
{
    private readonly IReadOnlyList<Node> _nodes;
    private readonly GraphOptions _options;
    private readonly GraphRun _run;
    private bool _started;

    internal Graph(IReadOnlyList<Node> nodes, GraphOptions options)
    {
        _nodes = nodes;
        _options = options;
        _run = new GraphRun(options);
        foreach (var node in nodes)
        {
            node.Open(_run);
        }
    }

    /// <summary>Feeds the source through the graph and waits until every message has been dealt with.</summary>
    /// <returns>How it ended.</returns>
    /// <exception cref="StageFailedException">The first failure, whatever followed from it.</exception>
    /// <exception cref="PipelineStuckException">A stage did not let go of its message after an abort.</exception>
    /// <exception cref="InvalidOperationException">The graph ran before.</exception>
    public async Task<GraphOutcome> RunAsync()
    {
        if (Interlocked.Exchange(ref _started, true))
        {
            throw new InvalidOperationException("a graph runs once; build another");
        }

        using var run = _run;
        var ended = EndAsync();
        await Task.WhenAny(ended, run.Overdue).ConfigureAwait(false);
        if (!ended.IsCompleted)
        {
            throw Stuck();
        }

        await ended.ConfigureAwait(false);
        if (run.Failure is { } failure)
        {
            throw failure;
        }

        return run.Aborted.IsCancellationRequested ? GraphOutcome.Aborted
            : _nodes.OfType<SourceNode>().Single().CameToItsEnd ? GraphOutcome.Completed
            : GraphOutcome.Drained;
    }

    /// <summary>Stops the source and lets what it has produced go all the way; becomes an abort after three quarters of the drain deadline.</summary>
    public void RequestStop() => _run.RequestStop();

    /// <summary>Stops the source and discards every message that is not in work; bodies in work are told by their token.</summary>
    public void Abort() => _run.Abort();

    /// <summary>What every stage has done so far and holds now. Cheap, callable at any time from any thread.</summary>
    /// <returns>One row per stage, in the order of declaration.</returns>
    public IReadOnlyList<StageStatistics> Snapshot() => [.. _nodes.Select(n => n.Read())];

    /// <inheritdoc cref="GraphBuilder.ToMermaid"/>
    public string ToMermaid() => Mermaid.Print(_nodes);

    /// <summary>Frees what is left of a graph that has ended or never ran.</summary>
    public void Dispose() => _run.Dispose();

    private async Task EndAsync()
    {
        await Task.WhenAll(_nodes.Select(n => n.EndAsync(_run))).ConfigureAwait(false);
        await _run.SignalsDelivered().ConfigureAwait(false);
    }

    private PipelineStuckException Stuck()
    {
        // A stage that waits for room is a victim of the one that does not make any.
        var (name, work) = _nodes
            .SelectMany(n => n.InHand().Select(w => (n.Name, Work: w)))
            .OrderBy(x => x.Work.Sending)
            .ThenByDescending(x => x.Work.Held)
            .FirstOrDefault(("stop-signal", new WorkInHand(0, null, _options.AfterAbort, false)));
        return new PipelineStuckException(name, work.Position, MessageText.Of(work.Message), work.Held, _options.AfterAbort, _run.Failure);
    }
}
