using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Watching;

/// <summary>Where a run's checkpoints come from and what they hold: the one place that knows which kind of stream was asked for.</summary>
/// <param name="settings">The run's settings.</param>
/// <param name="time">The clock.</param>
internal class RunStream(WatchSettings settings, TimeProvider time)
{
    private readonly ActivationContents _activations = new(settings.Layers);

    /// <summary>What the run folder kept; null when the run has not begun.</summary>
    /// <exception cref="Emergence.Stages.Input.BadInputException">What was kept is damaged or does not fit the settings.</exception>
    public RunSubject? ReadKept() =>
        settings.Source == CheckpointKind.Models ? ModelSubject.ReadKept(settings) : ActivationSubject.ReadKept(settings);

    /// <summary>Learns from a checkpoint what the run is about.</summary>
    /// <param name="folder">The checkpoint.</param>
    /// <exception cref="Emergence.Stages.Input.BadInputException">It is not supported, or not there any more.</exception>
    public RunSubject Read(string folder) =>
        settings.Source == CheckpointKind.Models ? ModelSubject.Read(settings, folder) : ActivationSubject.Read(settings, folder);

    /// <summary>Says what the run is about: from now on only checkpoints that have all of it are whole.</summary>
    /// <param name="subject">What the run is about.</param>
    public void Began(RunSubject subject) => _activations.Expect(subject.Layers);

    /// <summary>Makes the source.</summary>
    /// <param name="known">Steps that an earlier start has dealt with.</param>
    public virtual ICheckpointSource Open(IReadOnlySet<long> known) => new FolderCheckpointSource(
        settings.Checkpoints,
        new FolderSourceOptions
        {
            Follow = settings.Follow,
            Pattern = settings.Pattern is null ? CheckpointPattern.Default : CheckpointPattern.Parse(settings.Pattern),
            Contents = settings.Source == CheckpointKind.Models ? new ModelContents(settings.Tokenizer is null) : _activations,
            Marker = settings.Marker,
            WhenBehind = settings.WhenBehind,
            Poll = TimeSpan.FromSeconds(settings.PollSeconds),
            Settle = TimeSpan.FromSeconds(settings.SettleSeconds),
            FromStep = settings.FromStep ?? 0,
            UntilStep = settings.UntilStep ?? settings.ToStep,
            KnownSteps = known,
        },
        time);
}
