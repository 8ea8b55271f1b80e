using System.Diagnostics;
using Emergence.Cli.Tests.Runs;
using Emergence.Sinks.Arrow;
using Emergence.Sinks.Kafka;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.RunFolder;
using Emergence.TestKit.Kafka;

namespace Emergence.Cli.Tests.Tail;

/// <summary><c>tail … --follow | head</c>: nobody reads any more, and no row comes that could tell.</summary>
public sealed class ClosedPipeTests : IDisposable
{
    private static readonly TimeSpan Watchdog = TimeSpan.FromSeconds(60);
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--arrow")]
    public async Task Following_a_run_folder_ends_quietly_when_the_reader_goes_away(string form)
    {
        var folder = CommittedRun.In(Path.Combine(_program.Folder, "run"), 0, 4);
        Assert.Equal("0 \n", await PipedAsync($"tail '{folder}' --follow {form}"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("--json")]
    [InlineData("--arrow")]
    public async Task Following_topics_ends_quietly_when_the_reader_goes_away(string form)
    {
        using var cluster = MockCluster.Start();
        var topics = new KafkaTopics(KafkaTopics.DefaultPrefix);
        foreach (var topic in TableSchema.Each.Select(topics.Of).Append(topics.Commits).Append(topics.Live))
            cluster.Topic(topic, partitions: 2);
        var settings = new KafkaSettings { Servers = cluster.Servers };
        using var client = KafkaClients.Connect(settings);
        var folder = CommittedRun.In(Path.Combine(_program.Folder, "run"), 0, 4);
        using (var publisher = new RunPublisher(client, RunFolderReader.Open(folder), PublishOptions.For(settings, "emergence test"), TimeProvider.System))
            await publisher.PublishPendingAsync(CancellationToken.None);
        Assert.Equal("0 \n", await PipedAsync($"tail --kafka {cluster.Servers} --follow {form}"));
    }

    // What is left behind by `… | head -c 20`: the exit code and standard error.
    private static async Task<string> PipedAsync(string arguments)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "emergence.dll");
        using var shell = Process.Start(new ProcessStartInfo("bash", ["-c", $$"""exec 3>&1; error=$( { dotnet '{{program}}' {{arguments}} | head -c 20 >/dev/null; printf '%s ' "${PIPESTATUS[0]}" >&3; } 2>&1 ); echo "$error" >&3"""])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        using var late = new CancellationTokenSource(Watchdog);
        try
        {
            var output = await shell.StandardOutput.ReadToEndAsync(late.Token);
            await shell.WaitForExitAsync(late.Token);
            return output;
        }
        finally
        {
            shell.Kill(entireProcessTree: true);
        }
    }
}
