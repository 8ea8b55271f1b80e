using Emergence.Pipeline.Announcing;
using Emergence.Pipeline.Working;
using Emergence.Sinks.Kafka.Client;
using Emergence.Stages.Input;

namespace Emergence.Pipeline.Tests.Working;

/// <summary>Messages of the model with numbers that an announcer would not give.</summary>
[Collection(AloneCollection.Name)]
public sealed class WorkOrderTests
{
    [Fact]
    public void A_gap_in_the_numbers_is_not_worked_over_and_its_message_waits()
    {
        using var run = new FakeRun(4, groups: 1);
        run.Wait(SendAsync(run, 1, 3, 4));
        using var leave = new CancellationTokenSource();
        var problem = Assert.Throws<BadInputException>(() => run.Wait(run.WorkAsync(run.Log.Connect("worker"), leave.Token)));
        Assert.Contains("announcement 2 of run/layers-0-1 has not been worked on, and this is number 3", problem.Message, StringComparison.Ordinal);
        Assert.Equal([1L], run.Told.OfType<WorkPublished>().Select(w => w.Step));
        Assert.Equal(["1."], run.Published()["emergence.health run/0"].Select(m => m[..2]));

        // Of three messages one is dealt with.
        Assert.False(run.IsDone());
        Assert.Equal(1, run.Log.Committed(run.Kafka.Topics.Checkpoints).Count(m => run.Log.Offset(FakeRun.Group, run.Kafka.Topics.Checkpoints, m.Place.Partition) > m.Place.Offset));
    }

    [Fact]
    public void A_number_that_was_there_before_is_passed_over_and_published_once()
    {
        using var run = new FakeRun(3, groups: 1);
        run.Wait(SendAsync(run, 1, 2, 1, 2, 3, 3));
        Work(run);
        Assert.Equal([(1L, true), (2L, true), (1L, false), (2L, false), (3L, true), (3L, false)], run.Told.OfType<WorkPublished>().Select(w => (w.Step, w.Anew)));
        Assert.Equal(3, run.Published()["emergence.health run/0"].Count);
    }

    [Fact]
    public void A_number_that_another_step_had_ends_the_worker()
    {
        using var run = new FakeRun(3, groups: 1);
        run.Wait(SendAsync(run, 1, 2));
        Work(run);
        run.Wait(SendAsync(run, announcement => announcement with { Step = 9 }, 2));
        using var leave = new CancellationTokenSource();
        Assert.Contains("step 9 is none of them", Assert.Throws<BadInputException>(() => run.Wait(run.WorkAsync(run.Log.Connect("worker"), leave.Token))).Message, StringComparison.Ordinal);
    }

    private static Task SendAsync(FakeRun run, params long[] numbers) => SendAsync(run, a => a, numbers);

    private static async Task SendAsync(FakeRun run, Func<Announcement, Announcement> with, params long[] numbers)
    {
        using var producer = run.Log.Connect("stranger").OpenTransactional("stranger");
        await producer.InitialiseAsync(default);
        producer.Begin();
        foreach (var number in numbers)
        {
            var announcement = with(run.Announcement(run.Journal(), run.Groups[0], number));
            await producer.SendAsync(new KafkaMessage(run.Kafka.Topics.Checkpoints, announcement.Key, announcement.ToBytes(), []), default);
        }

        await producer.CommitAsync(default);
    }

    private static void Work(FakeRun run)
    {
        using var leave = new CancellationTokenSource();
        var working = run.WorkAsync(run.Log.Connect("worker"), leave.Token);
        run.Wait(Task.WhenAny(working, UntilAsync(run)));
        leave.Cancel();
        run.Wait(working);
    }

    private static async Task UntilAsync(FakeRun run)
    {
        while (!run.IsDone())
        {
            await Task.Delay(TimeSpan.FromSeconds(1), run.Clock);
        }
    }
}
