using System.Security.Cryptography;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.Arrow;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.Stages.Input;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

public sealed class RunFolderCommitsTests : IDisposable
{
    private const int Limit = 8_000;
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_messages_of_every_commit_are_those_of_its_files_read_ahead_or_not()
    {
        var (commits, entries) = Committed(8, 16, 24, 32);
        var expected = entries.Select(OfFiles).ToList();
        Assert.True(expected[0].Max(message => message.Parts) > 1);

        // In order, which reads ahead; then from the end, which throws away what was read ahead; then given up half-way.
        Assert.All(entries.Zip(expected), pair => Assert.Equal(pair.Second, Read(commits, pair.First)));
        Assert.All(entries.Zip(expected).Reverse(), pair => Assert.Equal(pair.Second, Read(commits, pair.First)));
        Assert.Equal(3, commits.ReadMessages(entries[0], Limit, null).Take(3).Count());
        Assert.Equal(expected[0], Read(commits, entries[0]));
        Assert.Equal(expected[1].Where(message => message.Layer == 1), Read(commits, entries[1], layer => layer == 1));
    }

    [Fact]
    public void A_commit_that_was_damaged_is_refused_also_when_it_was_read_ahead()
    {
        var (commits, entries) = Committed(8, 16);
        var path = Path.Combine(_folder.Path, "step-0000000016", "features.arrow");
        var bytes = File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        File.WriteAllBytes(path, bytes);
        Assert.NotEmpty(Read(commits, entries[0]));
        Assert.Contains("SHA-256 differs", Assert.Throws<BadInputException>(() => Read(commits, entries[1])).Message, StringComparison.Ordinal);
        File.WriteAllBytes(path, bytes[..^8]);
        Assert.Contains("the commit says", Assert.Throws<BadInputException>(() => Read(commits, entries[1])).Message, StringComparison.Ordinal);
    }

    private (RunFolderCommits Commits, IReadOnlyList<CommitEntry> Entries) Committed(params long[] steps)
    {
        using (var store = SampleRun.Open(_folder.Path))
        {
            foreach (var step in steps)
            {
                store.Commit(SampleResults.Make(step, features: 200), SampleRun.Details, SampleRun.Parts);
            }
        }

        var commits = new RunFolderCommits(RunFolderReader.Open(_folder.Path));
        return (commits, commits.ReadCommits());
    }

    private List<Cut> OfFiles(CommitEntry entry)
    {
        var messages = new List<Cut>();
        foreach (var table in TableSchema.Each)
        {
            using var file = File.OpenRead(Path.Combine(_folder.Path, $"step-{entry.Step:D10}", TableSchema.FileOf(table)));
            messages.AddRange(MessageCutter.CutFile(file, file.Name, table, entry.Step, Limit).Select(Of));
        }

        return messages;
    }

    private static List<Cut> Read(RunFolderCommits commits, CommitEntry entry, Predicate<int?>? layers = null) => [.. commits.ReadMessages(entry, Limit, layers).Select(Of)];

    private static Cut Of(TableMessage message) => new(message.Table, message.Layer, message.Part, message.Parts, Convert.ToHexString(SHA256.HashData(message.Stream.Span)));

    private sealed record Cut(Tables Table, int? Layer, int Part, int Parts, string Sha256);
}
