namespace Emergence.Pipeline.Watching;

/// <summary>The stages of one run, in the order of the graph.</summary>
internal sealed record WatchStages(
    SourceStage Source,
    InspectStage Inspect,
    BatchStage Batch,
    CaptureStage Capture,
    SaeStage Sae,
    CountStage Count,
    CurveStage Curves,
    CommitStage Commit) : IDisposable
{
    public void Dispose()
    {
        Capture.Dispose();
        Sae.Dispose();
    }
}
