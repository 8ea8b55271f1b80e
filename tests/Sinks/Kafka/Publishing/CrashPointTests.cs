using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.RunFolder;
using Emergence.Sinks.Tests.RunFolder;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>Something goes wrong with each call in each way, and with each two calls: a reader of committed messages sees each commit once.</summary>
public sealed class CrashPointTests
{
    private static readonly FailureKind?[] Kinds = [null, .. Enum.GetValues<FailureKind>().Select(k => (FailureKind?)k)];

    /// <summary>Every fault: the process dies or the call fails in one of the ways there are, before its effect or behind it.</summary>
    public static IReadOnlyList<ModelFault> Faults { get; } = [.. Kinds.SelectMany(kind => new[] { new ModelFault(kind, false), new ModelFault(kind, true) })];

    [Fact]
    public void Whatever_goes_wrong_with_a_call_a_run_folder_is_published_once()
    {
        using var whole = Committed();
        var client = whole.Log.Connect();
        whole.Publish(client);
        whole.Check();
        Assert.Equal(18, client.Calls);
        for (var at = 1; at <= client.Calls; at++)
        {
            foreach (var fault in Faults)
            {
                using var setup = Committed(whole);
                var faulty = setup.Log.Connect("first", call => call.Number == at ? fault : null);
                try
                {
                    setup.Publish(faulty);
                    Assert.True(fault.Kind is FailureKind.Retriable or FailureKind.Abortable or FailureKind.ProducerLost, $"{fault} at call {at}");
                }
                catch (Exception e) when (e is ProcessDiedException or Emergence.Sinks.Kafka.Publishing.PublishException)
                {
                    Assert.True(fault.Kind is null or FailureKind.Fenced or FailureKind.Misconfigured, $"{fault} at call {at}: {e}");
                    setup.Publish(setup.Log.Connect("second"));
                }

                Assert.True(faulty.Calls >= at);
                Assert.True(Reference.Fault(setup.Log, OutboxSetup.Topics, setup.Run) is not { } wrong, $"{fault} at call {at}");
            }
        }
    }

    [Fact]
    public void Whatever_goes_wrong_with_any_two_calls_each_commit_is_published_once()
    {
        var runs = 0;
        for (var first = 1; ; first++)
        {
            var reached = false;
            foreach (var one in Faults)
            {
                for (var second = 1; ; second++)
                {
                    var met = false;
                    foreach (var other in Faults)
                    {
                        var (setup, calls) = (new ModelSetup(), 0);
                        setup.Folder.Commit();
                        setup.Folder.Refuse();
                        setup.Folder.Insert();
                        for (var process = 0; setup.Run(setup.Log.Connect($"process {process}", At)) is not null; process++)
                        {
                            Assert.True(process < 3);
                        }

                        runs++;
                        Assert.True(setup.Fault() is not { } wrong, $"{one} at call {first} and {other} {second} calls later: {setup.Fault()}");

                        ModelFault? At(ModelCall call)
                        {
                            calls++;
                            (reached, met) = (reached || calls == first, met || calls == first + second);
                            return calls == first ? one : calls == first + second ? other : null;
                        }
                    }

                    if (!met)
                    {
                        break;
                    }
                }
            }

            if (!reached)
            {
                break;
            }
        }

        Assert.True(runs > 40_000, $"{runs} runs");
    }

    [Fact]
    public void A_cursor_that_is_set_back_is_set_back_once_whatever_goes_wrong()
    {
        for (var commits = 1; commits <= 2; commits++)
        {
            for (var at = 1; ; at++)
            {
                var reached = false;
                foreach (var fault in Faults)
                {
                    var setup = new ModelSetup();
                    for (var i = 0; i < commits; i++)
                    {
                        setup.Folder.Commit();
                    }

                    Assert.Null(setup.Run(setup.Log.Connect()));
                    var client = setup.Log.Connect("again", call => call.Number == at ? fault : null);
                    var stopped = setup.Run(client, again: true);
                    reached |= client.Calls >= at;
                    Assert.Null(setup.Run(setup.Log.Connect()));
                    Assert.True(setup.Fault(repeats: 1) is not { } wrong, $"{fault} at call {at}: {setup.Fault(repeats: 1)}");
                    var notices = setup.Log.Committed(ModelSetup.Topics.Commits).Count;
                    Assert.True(notices == 2 * commits || (stopped is not null && notices == commits), $"{fault} at call {at}: {notices} notices");
                }

                if (!reached)
                {
                    break;
                }
            }
        }
    }

    private static OutboxSetup Committed(OutboxSetup? like = null)
    {
        var setup = new OutboxSetup();
        if (like is not null)
        {
            foreach (var file in Directory.EnumerateFiles(like.Run, "*", SearchOption.AllDirectories))
            {
                var copy = Path.Combine(setup.Run, Path.GetRelativePath(like.Run, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy);
            }

            return setup;
        }

        using var store = RunFolderStore.Open(setup.Run, SampleRun.Description(), FixedTime.Noon);
        SmallRun.Commit(store, 4);
        SmallRun.Commit(store, 2, inserted: true);
        store.CommitRefusal(SampleRun.Unused(8), "");
        return setup;
    }
}
