using System.Text.Json;
using Emergence.Pipeline.Checkpoints;
using Emergence.Pipeline.Settings;
using Emergence.Pipeline.Watching;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Announcing;

/// <summary>
/// Reads announcements, which come from outside: every name is one part of a path, every path lies below the worker's root, every number
/// is in the range that the command line would accept.
/// </summary>
/// <param name="root">Where everything that is named must lie.</param>
/// <param name="device">The worker's own device; null when it leaves that to the run.</param>
/// <param name="threads">Threads for arithmetic.</param>
internal sealed class AnnouncementReader(WorkRoot root, string? device, int threads)
{
    /// <summary>Longest message that is read, in bytes.</summary>
    public const int LargestMessage = 4 << 20;

    private const string Remedy = "Look who else writes to the topic; the message is passed over";
    private static readonly string[] s_filesAndFolders = ["DIR", "--probe", "--text", "--tokenizer", "--out"];

    /// <summary>Reads a message.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="MalformedAnnouncementException">It is not an announcement that any worker could ever work on.</exception>
    /// <exception cref="SettingsException">It names a folder that does not lie below this worker's root, but may below another's.</exception>
    public AnnouncedWork Read(ReceivedMessage message)
    {
        var place = message.Place;
        var announcement = Parse(message);
        var run = Found(place, "folder", announcement.Folder);
        if (Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(run))) != announcement.Run)
        {
            throw Wrong(place, "folder", $"{announcement.Folder} is not a folder of run {announcement.Run}");
        }

        var checkpoint = Arrival(place, "", announcement);
        var earlier = announcement.Earlier.Select((e, i) => Arrival(place, $"earlier {i}, ", e)).ToList();
        var settings = Settings(place, announcement, run);
        if (announcement.Kind == ArrivalKind.PassedOver || (announcement.Kind == ArrivalKind.Late && settings.Late == LatePolicy.Event))
        {
            throw Wrong(place, "kind", $"a checkpoint that is {announcement.Kind} has no commit of its own");
        }

        return new AnnouncedWork(place, announcement, settings, run, earlier, checkpoint);
    }

    /// <summary>Parses a message and checks its names and numbers, whatever lies on this machine.</summary>
    /// <param name="message">The message.</param>
    /// <exception cref="MalformedAnnouncementException">It is no announcement.</exception>
    public static Announcement Parse(ReceivedMessage message)
    {
        var place = message.Place;
        if (message.Value is not { Length: > 0 and <= LargestMessage } bytes)
        {
            throw Wrong(place, "", message.Value is { Length: > 0 } large ? $"it has {large.Length} bytes, more than an announcement can need" : "it is empty");
        }

        Announcement announcement;
        try
        {
            using var json = StrictJson.Parse(bytes);
            announcement = json.Deserialize<Announcement>(Announcement.Json) ?? throw new JsonException("it says null");
        }
        catch (JsonException e)
        {
            throw new MalformedAnnouncementException(place, e.Path ?? "", $"it is no announcement: {StrictJson.Explain(e)}", Remedy, e);
        }

        Check(place, announcement);
        return message.Key == announcement.Key
            ? announcement
            : throw Wrong(place, "key", $"it is \"{message.Key}\" for an announcement of {announcement.Key}");
    }

    private static void Check(MessagePlace place, Announcement announcement)
    {
        CheckName(place, "run", announcement.Run);
        CheckName(place, "group", announcement.Group);
        if (announcement.Group == Announcer.Name)
        {
            throw Wrong(place, "group", $"\"{Announcer.Name}\" is the announcer's own name");
        }

        if (announcement.Number < 1)
        {
            throw Wrong(place, "number", $"{announcement.Number} is below 1");
        }

        if (announcement.Layers.Count is 0 or > WatchLimits.MaxLayer + 1)
        {
            throw Wrong(place, "layers", $"it names {announcement.Layers.Count} layers");
        }

        CheckOne(place, "", announcement);
        for (var i = 0; i < announcement.Earlier.Count; i++)
        {
            var earlier = announcement.Earlier[i] ?? throw Wrong(place, $"earlier {i}", "it is null");
            CheckOne(place, $"earlier {i}, ", earlier);
            if (earlier.Kind == ArrivalKind.Arrived)
            {
                throw Wrong(place, $"earlier {i}, kind", "one that arrived has a message of its own");
            }
        }
    }

    private static void CheckOne(MessagePlace place, string where, AnnouncedCheckpoint checkpoint)
    {
        CheckDefined(place, where + "kind", checkpoint.Kind);
        if (checkpoint.Step < 0)
        {
            throw Wrong(place, where + "step", $"{checkpoint.Step} is below 0");
        }

        if (checkpoint.TokensSeen < 0)
        {
            throw Wrong(place, where + "tokens_seen", $"{checkpoint.TokensSeen} is below 0");
        }

        foreach (var file in checkpoint.Files)
        {
            CheckName(place, where + "files", file);
        }

        var read = where.Length == 0 && checkpoint.Kind is ArrivalKind.Arrived or ArrivalKind.Late && where.Length == 0;
        if (checkpoint.Hash is null ? read : !IsHash(checkpoint.Hash))
        {
            throw Wrong(place, where + "hash", checkpoint.Hash is null ? "it is missing" : "it is not 64 lower-case hexadecimal digits");
        }

        var complete = checkpoint.Kind switch
        {
            ArrivalKind.Late => checkpoint.NewestStep >= 0,
            ArrivalKind.PassedOver => checkpoint.Waiting >= 1 && checkpoint.TakenStep >= 0,
            ArrivalKind.Refused => checkpoint is { Reason: not null, Problem: not null },
            _ => true,
        };
        if (!complete)
        {
            throw Wrong(place, where + "kind", $"one that is {checkpoint.Kind} says more about itself");
        }

        if (checkpoint.Reason is { } reason)
        {
            CheckDefined(place, where + "reason", reason);
        }
    }

    private static void CheckName(MessagePlace place, string key, string? name)
    {
        if (name is null || PathPart.Problem(name) is not null)
        {
            throw Wrong(place, key, name is null ? "a name is null" : $"\"{Shown(name)}\" {PathPart.Problem(name)}");
        }
    }

    private static void CheckDefined<T>(MessagePlace place, string key, T value)
        where T : struct, Enum
    {
        if (!Enum.IsDefined(value))
        {
            throw Wrong(place, key, $"{value} is none of {string.Join(", ", Enum.GetNames<T>())}");
        }
    }

    private static bool IsHash(string text) => text.Length == 64 && text.All(c => c is (>= '0' and <= '9') or (>= 'a' and <= 'f'));

    private static string Shown(string text)
    {
        const int Longest = 80;
        return text.Length <= Longest ? text : text[..Longest] + "…";
    }

    private static MalformedAnnouncementException Wrong(MessagePlace place, string key, string problem) => new(place, key, problem, Remedy);

    private CheckpointArrival Arrival(MessagePlace place, string where, AnnouncedCheckpoint checkpoint) =>
        checkpoint.ToArrival(Found(place, where + "path", checkpoint.Path));

    private string Found(MessagePlace place, string key, string? path)
    {
        if (path is not null && root.Find(path) is { } found)
        {
            return found;
        }

        // An absolute path may lie below another worker's root; a relative one that leads out of the root leads out of every one.
        throw path is not null && root.IsElsewhere(path)
            ? new SettingsException([new SettingProblem(WorkRoot.Setting, $"{place} ({key}) names {Shown(path)}, which does not lie below {root.Folder}", WorkPlace.RootRemedy)])
            : Wrong(place, key, $"\"{Shown(path ?? "null")}\" does not lie below the root of any worker");
    }

    // Several texts are joined by commas: one that has a comma of its own would be taken for two, and the second could lie anywhere.
    private string Text(MessagePlace place, string key, string path) => Found(place, key, path) is var found && !found.Contains(',', StringComparison.Ordinal)
        ? found
        : throw Wrong(place, key, $"\"{Shown(path)}\" has a comma");

    private WatchSettings Settings(MessagePlace place, Announcement announcement, string run)
    {
        var s = announcement.Settings;
        CheckDefined(place, "settings.hook", s.Hook);
        CheckDefined(place, "settings.sae", s.Sae);
        CheckDefined(place, "settings.precision", s.Precision);
        CheckDefined(place, "settings.copies", s.Copies);
        CheckDefined(place, "settings.late", s.Late);
        if (s.TokenType is { } type)
        {
            CheckDefined(place, "settings.token_type", type);
        }

        var settings = new WatchSettings
        {
            Checkpoints = Path.GetDirectoryName(Found(place, "path", announcement.Path)) ?? "",
            Name = announcement.Run,
            Run = RunGroups.FolderOf(run, announcement.Group),
            Layers = announcement.Layers,
            Probe = Found(place, "settings.probe", s.Probe),
            ProbeColumns = s.ProbeColumns,
            Text = string.Join(',', s.Text.Select((t, i) => Text(place, $"settings.text {i}", t))),
            TokenType = s.TokenType,
            Tokenizer = s.Tokenizer is null ? null : Found(place, "settings.tokenizer", s.Tokenizer),
            Hook = s.Hook,
            Features = s.Features,
            Expansion = s.Expansion,
            K = s.K,
            Sae = s.Sae,
            Budget = s.Budget,
            WarmFraction = s.WarmFraction,
            WarmDivisor = s.WarmDivisor,
            WarmPasses = s.WarmPasses,
            Context = s.Context,
            BatchRows = s.BatchRows,
            Device = s.Device == DeviceName.Auto ? device ?? DeviceName.Auto : s.Device,
            Precision = s.Precision,
            Copies = s.Copies,
            Late = s.Late,
            MeasureLoss = s.MeasureLoss,
            Seed = s.Seed,
            Threads = threads,
        };

        // What is not there may be there on another machine: that is no fault of the message (WorkPlace).
        return settings.Problems().FirstOrDefault(p => !s_filesAndFolders.Contains(p.Setting)) is { } problem
            ? throw Wrong(place, $"settings, {problem.Setting}", problem.Problem)
            : settings;
    }
}
