using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Stages.Curves;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// Turns what a source says into announcements: reads each checkpoint once for its hash, and keeps what is only spoken of for the next
/// one. By the rules of a single run's <see cref="SourceStage"/> and <see cref="Notices"/>.
/// </summary>
/// <param name="settings">The run's settings.</param>
/// <param name="groups">The run's layer groups.</param>
/// <param name="journal">What was announced before.</param>
/// <param name="tell">Told what is only spoken of.</param>
internal sealed class ArrivalAnnouncements(WatchSettings settings, IReadOnlyList<LayerGroup> groups, AnnouncementJournal journal, Action<WatchEvent> tell)
{
    private readonly IReadOnlySet<long> _known = journal.Known;
    private readonly long? _newest = journal.Known.Count == 0 ? null : journal.Known.Max();
    private readonly SpokenOf _spokenOf = new(settings.Late, journal.Known.Count == 0 ? null : journal.Known.Max());
    private readonly AnnouncedSettings _settings = AnnouncedSettings.Of(settings);
    private readonly List<AnnouncedCheckpoint> _earlier = [];

    /// <summary>Takes an arrival.</summary>
    /// <param name="arrival">What the source said; the next in order.</param>
    /// <param name="cancellationToken">Gives up reading the checkpoint.</param>
    /// <returns>The announcement of each group; none when the checkpoint is only spoken of.</returns>
    public IReadOnlyList<Announcement> Take(CheckpointArrival arrival, CancellationToken cancellationToken)
    {
        if (arrival is UnfinishedCheckpoint)
        {
            tell(new RunRemark(arrival.ToString()!));
            return [];
        }

        if (_known.Contains(arrival.Step))
        {
            return [];
        }

        if (arrival is ArrivedCheckpoint arrived && arrival.Step < _newest)
        {
            arrival = new LateCheckpoint(arrival.Step, arrival.Folder, arrival.At, _newest.Value) { Progress = arrived.Progress, Files = arrival.Files };
        }

        if (_spokenOf.Event(arrival) is { } notice)
        {
            Speak(arrival, notice);
            return [];
        }

        string? hash = null;
        if (arrival is ArrivedCheckpoint or LateCheckpoint)
        {
            try
            {
                hash = CheckpointHash.Of(arrival.Folder, cancellationToken);
            }
            catch (Exception e) when (CheckpointFault.IsFault(e))
            {
                var unread = CheckpointFault.Arrival(arrival, e);
                if (arrival is LateCheckpoint)
                {
                    Speak(unread, CheckpointFault.Event(arrival, e));
                    return [];
                }

                arrival = unread;
            }
        }

        return Announce(AnnouncedCheckpoint.Of(arrival, hash));
    }

    private void Speak(CheckpointArrival arrival, EventRow notice)
    {
        _earlier.Add(AnnouncedCheckpoint.Of(arrival));
        tell(new CheckpointSkipped(notice));
    }

    private Announcement[] Announce(AnnouncedCheckpoint checkpoint)
    {
        AnnouncedCheckpoint[] earlier = [.. _earlier];
        _earlier.Clear();
        var number = journal.Entries.Count + 1;
        return [.. groups.Select(group => new Announcement
        {
            Run = settings.RunName,
            Group = group.Name,
            Number = number,
            Layers = group.Layers,
            First = group == groups[0],
            Began = journal.Began,
            Folder = settings.Run,
            Earlier = earlier,
            Settings = _settings,
            Kind = checkpoint.Kind,
            Step = checkpoint.Step,
            Path = checkpoint.Path,
            Files = checkpoint.Files,
            Hash = checkpoint.Hash,
            TokensSeen = checkpoint.TokensSeen,
            Loss = checkpoint.Loss,
            ArrivedAt = checkpoint.ArrivedAt,
            NewestStep = checkpoint.NewestStep,
            Reason = checkpoint.Reason,
            Problem = checkpoint.Problem,
        })];
    }
}
