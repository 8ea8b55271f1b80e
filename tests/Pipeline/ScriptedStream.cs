using System.Runtime.CompilerServices;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;

namespace Emergence.Pipeline.Tests;

/// <summary>A stream whose source says what a test wants, when it is asked for the next: what any other source than a folder may do.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="arrivals">Made when the source is opened; what is done between two arrivals happens when the second is asked for.</param>
internal sealed class ScriptedStream(WatchSettings settings, Func<IReadOnlySet<long>, IEnumerable<CheckpointArrival>> arrivals) : RunStream(settings, TimeProvider.System)
{
    public override ICheckpointSource Open(IReadOnlySet<long> known) => new Source(arrivals(known));

    private sealed class Source(IEnumerable<CheckpointArrival> arrivals) : ICheckpointSource
    {
        public string Name => "script";

        public int Waiting => 0;

        public async IAsyncEnumerable<CheckpointArrival> ReadAsync([EnumeratorCancellation] CancellationToken cancellationToken)
        {
            foreach (var arrival in arrivals)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await Task.Yield();
                yield return arrival;
            }
        }

        public void Complete()
        {
        }
    }
}
