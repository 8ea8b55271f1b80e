using System.Globalization;
using System.Security.Cryptography;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Records;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>
/// What a reader of committed messages must find, worked out from the run folder alone by rules of its own: every commit of the folder once and whole,
/// in order per key, and for each a notice that agrees. Beside them only commits that were in the folder once and have been replaced.
/// </summary>
internal static class Reference
{
    /// <summary>Says the first thing that is wrong; null when nothing is.</summary>
    /// <param name="log">The log.</param>
    /// <param name="topics">Its topics.</param>
    /// <param name="folder">The run folder.</param>
    /// <param name="repeats">How often commits may have been sent from the beginning again.</param>
    /// <param name="bytes">Largest message.</param>
    public static string? Fault(ModelLog log, KafkaTopics topics, string folder, int repeats = 0, int bytes = KafkaSettings.DefaultMessageBytes)
    {
        var run = RunFolderReader.Open(folder);
        return Fault(log, topics, run.Description.Identity.Run, run.ReadCommits(), commit => Messages(run, commit, bytes), repeats);
    }

    /// <summary>Says the first thing that is wrong; null when nothing is.</summary>
    /// <param name="log">The log.</param>
    /// <param name="topics">Its topics.</param>
    /// <param name="run">Run name.</param>
    /// <param name="commits">What is committed, in order.</param>
    /// <param name="messagesOf">The messages of a commit.</param>
    /// <param name="repeats">How often commits may have been sent from the beginning again.</param>
    public static string? Fault(
        ModelLog log, KafkaTopics topics, string run, IReadOnlyList<CommitEntry> commits, Func<CommitEntry, IEnumerable<TableMessage>> messagesOf, int repeats = 0)
    {
        if (log.Open > 0)
        {
            return "a transaction is open";
        }

        var replaced = commits.SelectMany(c => c.Replaced).ToDictionary(r => r.Sequence);
        var notices = log.Committed(topics.Commits).Select(m => CommitNotice.Read(m.Value!)!).ToList();

        // The order of the notices is the order of publishing, which starts again at most as often as was asked for.
        var restarts = notices.Zip(notices.Skip(1)).Count(pair => pair.Second.Sequence <= pair.First.Sequence);
        if (restarts > repeats)
        {
            return $"{restarts} commits came after a later one or again: {string.Join(' ', notices.Select(n => n.Sequence))}";
        }

        foreach (var notice in notices)
        {
            var known = commits.Any(c => (c.Sequence, c.Hash, c.Step, c.Refused, c.Inserted) == (notice.Sequence, notice.Hash, notice.Step, notice.Refused, notice.Inserted))
                || (replaced.TryGetValue(notice.Sequence, out var old) && old.Hash == notice.Hash);
            if (!known)
            {
                return $"the notice of commit {notice.Sequence} is of no commit that there was";
            }
        }

        foreach (var (before, notice) in notices.Prepend(null).Zip(notices))
        {
            var from = before is null || before.Sequence >= notice.Sequence ? 0 : before.Sequence;
            if ((from > 0 || before is null) && commits.FirstOrDefault(c => c.Sequence > from && c.Sequence < notice.Sequence) is { } skipped)
            {
                return $"commit {skipped.Sequence} is left out before {notice.Sequence}";
            }
        }

        var times = notices.CountBy(n => n.Sequence).ToDictionary();
        if (commits.FirstOrDefault(c => !times.TryGetValue(c.Sequence, out var n) || (repeats == 0 && n != 1)) is { } lacking)
        {
            return $"commit {lacking.Sequence} has {times.GetValueOrDefault(lacking.Sequence)} notices";
        }

        if (commits.Count > 0 && notices[^1].Sequence != commits[^1].Sequence)
        {
            return $"the last notice is of commit {notices[^1].Sequence}, the folder ends with {commits[^1].Sequence}";
        }

        var expected = commits.ToDictionary(c => c.Sequence, c => messagesOf(c).Select(m => Form(topics.Of(m.Table), m.Layer is { } layer ? $"{run}/{layer}" : run, Number(m.Part), m.Stream.Span)).ToHashSet());
        var found = TableSchema.Each.SelectMany(t => log.Committed(topics.Of(t))).ToList();
        foreach (var message in found)
        {
            var sequence = long.Parse(message.Header("sequence")!, CultureInfo.InvariantCulture);
            if (!times.ContainsKey(sequence))
            {
                return $"{message.Place} belongs to commit {sequence}, which has no notice";
            }

            if (expected.TryGetValue(sequence, out var all) && !all.Contains(Form(message.Place.Topic, message.Key, message.Header("part"), message.Value!)))
            {
                return $"{message.Place} is no message of commit {sequence}";
            }
        }

        foreach (var (sequence, all) in expected)
        {
            var got = found.Where(m => m.Header("sequence") == Number(sequence)).Select(m => Form(m.Place.Topic, m.Key, m.Header("part"), m.Value!)).CountBy(f => f).ToDictionary();
            if (all.FirstOrDefault(form => got.GetValueOrDefault(form) != times[sequence]) is { } wrong)
            {
                return $"commit {sequence} has {got.GetValueOrDefault(wrong)} times {wrong}, and {times[sequence]} notices";
            }

            if (notices.FirstOrDefault(n => n.Sequence == sequence && n.Messages != all.Count) is { } miscounted)
            {
                return $"the notice of commit {sequence} says {miscounted.Messages} messages of {all.Count}";
            }
        }

        // Per key in the order of publishing.
        var order = notices.Select(n => n.Sequence).ToList();
        foreach (var keyed in found.GroupBy(m => (m.Place.Topic, m.Key)))
        {
            var runs = keyed.Select(m => long.Parse(m.Header("sequence")!, CultureInfo.InvariantCulture)).Aggregate(new List<long>(), (list, s) =>
            {
                if (list.Count == 0 || list[^1] != s)
                {
                    list.Add(s);
                }

                return list;
            });
            var at = 0;
            foreach (var sequence in runs)
            {
                at = order.IndexOf(sequence, at);
                if (at < 0)
                {
                    return $"the commits of key {keyed.Key} are out of order: {string.Join(' ', runs)}";
                }
            }
        }

        return null;
    }

    private static IEnumerable<TableMessage> Messages(RunFolderReader run, CommitEntry entry, int bytes)
    {
        foreach (var table in TableSchema.Each)
        {
            using var file = File.OpenRead(Path.Combine(run.StepFolder(entry.Step), TableSchema.FileOf(table)));
            foreach (var message in MessageCutter.CutFile(file, file.Name, table, entry.Step, bytes))
            {
                yield return message;
            }
        }
    }

    private static string Number(long value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Form(string topic, string? key, string? part, ReadOnlySpan<byte> value) => $"{topic} {key} part {part} {Convert.ToHexStringLower(SHA256.HashData(value))[..16]}";
}
