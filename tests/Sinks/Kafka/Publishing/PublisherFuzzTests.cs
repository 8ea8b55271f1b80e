namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>Random schedules of faults against a model of a transactional log, and proof that the check finds a publisher with a defect.</summary>
public sealed class PublisherFuzzTests
{
    private const int Schedules = 20_000;

    [Fact]
    public void Whatever_happens_a_reader_of_committed_messages_sees_each_commit_once_and_in_order()
    {
        var (stopped, sleepers, repeats) = (0, 0, 0);
        for (var seed = 1; seed <= Schedules; seed++)
        {
            var (fault, schedule) = Run(seed);
            Assert.True(fault is null, $"seed {seed}: {fault}");
            (stopped, sleepers, repeats) = (stopped + schedule.Stopped, sleepers + schedule.Sleepers, repeats + schedule.Repeats);
        }

        // The schedules are of the kind they are meant to be.
        Assert.True(stopped > 5_000 && sleepers > 5_000 && repeats > 1_000, $"{stopped} stopped, {sleepers} slept, {repeats} times again");
    }

    private static (string? Fault, Schedule Schedule) Run(int seed)
    {
        try
        {
            return Schedule.Run(seed);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}", e);
        }
    }

    [Theory]
    [InlineData(Mutation.SkipsTheCursor)]
    [InlineData(Mutation.DoesNotAbort)]
    [InlineData(Mutation.IgnoresFencing)]
    [InlineData(Mutation.TakesDoubtForDone)]
    [InlineData(Mutation.CommitsInTwo)]
    [InlineData(Mutation.LooksForNoSuccessor)]
    public void A_publisher_with_a_defect_is_caught(Mutation mutation)
    {
        var caught = Enumerable.Range(1, 400).Count(seed =>
        {
            try
            {
                return Schedule.Run(seed, client => new MutantClient(client, mutation)).Fault is not null;
            }
            catch (Xunit.Sdk.TrueException)
            {
                return true;
            }
        });
        Assert.True(caught > 3, $"caught in {caught} of 400 schedules");
    }

    [Fact]
    public void The_same_seed_is_the_same_schedule()
    {
        for (var seed = 1; seed <= 20; seed++)
        {
            var (one, two) = (Schedule.Run(seed).Schedule, Schedule.Run(seed).Schedule);
            Assert.Equal((one.Stopped, one.Sleepers, one.Repeats), (two.Stopped, two.Sleepers, two.Repeats));
        }
    }
}
