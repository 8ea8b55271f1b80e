using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Watching;

/// <summary>Learns from the first checkpoint that can be read what a run is about.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="stream">Knows what its checkpoints hold.</param>
/// <param name="observer">Told what is waited for.</param>
internal sealed class FirstCheckpoint(WatchSettings settings, RunStream stream, IWatchObserver observer)
{
    /// <summary>Waits for it. Those that vanish before it stay in the queue: the run tells of them.</summary>
    /// <param name="arrivals">The source's arrivals.</param>
    /// <param name="drain">Gives up waiting.</param>
    /// <returns>What the run is about; the caller's.</returns>
    /// <exception cref="BadInputException">None came, or none can be used.</exception>
    public async Task<RunSubject> ReadAsync(ArrivalQueue arrivals, CancellationToken drain)
    {
        var vanished = 0;
        while (await arrivals.FirstWholeAsync(arrival => Tell(arrival), drain) is { } first)
        {
            try
            {
                return stream.Read(first.Folder);
            }
            catch (Exception e) when (CheckpointFault.IsFault(e) && first.HasVanished())
            {
                vanished++;
            }
        }

        throw vanished > 0
            ? new BadInputException(settings.Checkpoints, "", $"{(vanished == 1 ? "its one checkpoint was" : $"all {vanished} checkpoints were")} deleted before one could be read", "Let the training job keep its checkpoints for longer, or copy them")
            : arrivals.Refused.FirstOrDefault()?.Problem
                ?? new BadInputException(settings.Checkpoints, "", "no checkpoint arrived", "Name the folder in which the training job saves its checkpoints");
    }

    private void Tell(CheckpointArrival arrival)
    {
        if (arrival is UnfinishedCheckpoint unfinished)
        {
            observer.On(new RunRemark(unfinished.ToString()));
        }
    }
}
