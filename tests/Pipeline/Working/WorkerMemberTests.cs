using System.Text;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka.Client;

namespace Emergence.Pipeline.Tests.Working;

[Collection(AloneCollection.Name)]
public sealed class WorkerMemberTests
{
    [Fact]
    public void A_message_that_is_no_announcement_is_passed_over_once_and_the_work_behind_it_is_done()
    {
        using var run = new FakeRun(2);
        var stranger = run.Log.Connect("stranger").OpenTransactional("stranger");
        run.Wait(SendAsync(stranger, run, "run/layers-0-1", "no JSON"));
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        run.Wait(SendAsync(run.Log.Connect("another").OpenTransactional("another"), run, "run/layers-2-3", "{}"));
        Work(run);
        Assert.Equal(2, run.Told.OfType<MessagePassedOver>().Count());
        Assert.All(run.Told.OfType<MessagePassedOver>(), m => Assert.StartsWith("emergence.checkpoints[", m.Problem, StringComparison.Ordinal));
        Assert.Equal(4, run.Told.OfType<WorkPublished>().Count(w => w.Anew));

        // Its offset is committed: the next worker does not meet it.
        run.Told.Clear();
        Work(run);
        Assert.Empty(run.Told);
    }

    [Fact]
    public void A_worker_that_has_been_fenced_says_so_and_waits_until_its_partition_is_taken_from_it()
    {
        using var run = new FakeRun(2);
        run.Wait(run.AnnounceAsync(run.Log.Connect("announcer")));
        using var leave = new CancellationTokenSource();
        var fenced = false;
        var working = run.WorkAsync(run.Log.Connect("older"), leave.Token, async (reached, revoked) =>
        {
            if (reached == "behind the commit" && !fenced)
            {
                // Another process takes over the group's id, as a worker that the broker gave the partition to would.
                fenced = true;
                await run.Log.Connect("newer").OpenTransactional("emergence:run/layers-0-1").InitialiseAsync(revoked);
                await run.Log.Connect("newer").OpenTransactional("emergence:run/layers-2-3").InitialiseAsync(revoked);
                await run.Log.LoseAsync(FakeRun.Group, "nobody", TimeSpan.Zero);
            }
        });
        var ended = false;
        run.Wait(Task.WhenAny(working, UntilAsync(run, () => run.Told.OfType<WorkerRemark>().Any(r => r.Text.Contains("another process has taken over", StringComparison.Ordinal)))));
        ended = working.IsCompleted;
        leave.Cancel();
        run.Wait(working);
        Assert.False(ended);
        Work(run);
        Assert.True(run.IsDone());
    }

    private static async Task SendAsync(ITransactionalProducer producer, FakeRun run, string key, string text)
    {
        await producer.InitialiseAsync(default);
        producer.Begin();
        await producer.SendAsync(new KafkaMessage(run.Kafka.Topics.Checkpoints, key, Encoding.UTF8.GetBytes(text), []), default);
        await producer.CommitAsync(default);
    }

    private static void Work(FakeRun run)
    {
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("worker"), leave.Token);
        run.Wait(Task.WhenAny(working, UntilAsync(run, run.IsDone)));
        leave.Cancel();
        run.Wait(working);
    }

    private static async Task UntilAsync(FakeRun run, Func<bool> holds)
    {
        while (!holds())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }
}
