using System.Text.Json;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// What was announced of a run (<c>announced.json</c> in its folder): begun before the first message is sent, written behind each
/// transaction. What a crash kept from it is found in the topic.
/// </summary>
internal sealed class AnnouncementJournal
{
    /// <summary>Its name in the run folder.</summary>
    public const string FileName = "announced.json";

    private const int LargestFile = 256 << 20;
    private const string Remedy = "restore it from a copy, or give another run folder";
    private readonly string _path;
    private readonly Kept _kept;
    private readonly List<JournalEntry> _entries;

    private AnnouncementJournal(string path, Kept kept) => (_path, _kept, _entries, Partitions) = (path, kept, [.. kept.Announced], kept.Partitions);

    /// <summary>When the run began: tells two runs of one name apart.</summary>
    public DateTimeOffset Began => _kept.Began;

    /// <summary>Names of the groups, in the order of their layers.</summary>
    public IReadOnlyList<string> Groups => [.. _kept.Groups.Select(g => g.Name)];

    /// <summary>What was announced, in order: the first has number 1, and no number is missing.</summary>
    public IReadOnlyList<JournalEntry> Entries => _entries;

    /// <summary>Steps that are done with: announced, or spoken of as late or passed over.</summary>
    public IReadOnlySet<long> Known => _entries.SelectMany(e => e.Spoken.Append(e.Step)).ToHashSet();

    /// <summary>The partition that each group's announcements go to, in the order of the groups; null before the first is sent.</summary>
    public IReadOnlyList<int>? Partitions { get; private set; }

    /// <summary>Opens a run's, or begins it.</summary>
    /// <param name="run">The run folder, which exists.</param>
    /// <param name="groups">The run's layer groups.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="BadInputException">It is damaged, or the run began with other groups.</exception>
    public static AnnouncementJournal Open(string run, IReadOnlyList<LayerGroup> groups, TimeProvider time)
    {
        var path = Path.Combine(run, FileName);
        if (!File.Exists(path))
        {
            var begun = new AnnouncementJournal(path, new Kept(time.GetUtcNow(), groups, []));
            begun.Write();
            return begun;
        }

        var kept = Read(path);
        return kept.Groups.Select(g => (g.Name, string.Join(',', g.Layers))).SequenceEqual(groups.Select(g => (g.Name, string.Join(',', g.Layers))))
            ? new AnnouncementJournal(path, kept)
            : throw new BadInputException(path, "", $"the run began with the layer groups {string.Join(", ", kept.Groups)}", "use those it began with, or give another run folder");
    }

    /// <summary>When the run of a folder began to be announced.</summary>
    /// <param name="run">The run folder.</param>
    /// <returns>The time; null when no announced run lies there.</returns>
    /// <exception cref="BadInputException">The journal is damaged.</exception>
    public static DateTimeOffset? BeganOf(string run) => Path.Combine(run, FileName) is var path && File.Exists(path) ? Read(path).Began : null;

    /// <summary>Records what is announced.</summary>
    /// <param name="entry">It, with the next number.</param>
    public void Add(JournalEntry entry)
    {
        if (entry.Number != _entries.Count + 1)
        {
            throw new ArgumentException($"announcement {entry.Number} does not follow {_entries.Count}", nameof(entry));
        }

        _entries.Add(entry);
        Write();
    }

    /// <summary>Records where the announcements go, before the first is sent: a group that was in two partitions could be worked on out of order.</summary>
    /// <param name="partitions">One for each group.</param>
    public void Place(IReadOnlyList<int> partitions)
    {
        if (Partitions is { } known && known.SequenceEqual(partitions))
        {
            return;
        }

        Partitions = partitions;
        Write();
    }

    private static Kept Read(string path)
    {
        using var document = StrictJson.Read(path, LargestFile, Remedy);
        Kept kept;
        try
        {
            kept = document.Deserialize<Kept>(Announcement.Json) ?? throw new JsonException("it says null");
        }
        catch (JsonException e)
        {
            throw new BadInputException(path, e.Path ?? "", $"it does not say what was announced: {StrictJson.Explain(e)}", Remedy, e);
        }

        for (var i = 0; i < kept.Announced.Count; i++)
        {
            if (kept.Announced[i]?.Number != i + 1)
            {
                throw new BadInputException(path, $"announcement {i + 1}", "it has another number", Remedy);
            }
        }

        return kept.Partitions is null || (kept.Partitions.Count == kept.Groups.Count && kept.Partitions.All(p => p >= 0))
            ? kept
            : throw new BadInputException(path, "partitions", "it does not say one partition for each group", Remedy);
    }

    private void Write() => AtomicFile.Write(_path, stream => JsonSerializer.Serialize(stream, _kept with { Announced = _entries, Partitions = Partitions }, Announcement.Json));

    private sealed record Kept(DateTimeOffset Began, IReadOnlyList<LayerGroup> Groups, IReadOnlyList<JournalEntry> Announced, IReadOnlyList<int>? Partitions = null);
}
