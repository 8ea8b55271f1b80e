namespace Emergence.Pipeline.Watching;

/// <summary>The stages that every graph has, whatever its checkpoints hold.</summary>
internal sealed record SharedStages(SourceStage Source, SaeStage Sae, CountStage Count, CurveStage Curves, CommitStage Commit) : IDisposable
{
    public void Dispose() => Sae.Dispose();
}
