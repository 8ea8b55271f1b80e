using Emergence.Sinks.Kafka.Client;
using Emergence.Sinks.Kafka.Publishing;
using Emergence.Sinks.Kafka.Records;
using Emergence.TestKit.Kafka;

namespace Emergence.Sinks.Tests.Kafka.Publishing;

/// <summary>
/// A schedule from a seed: processes publish one after another and in the midst of each other, calls fail, processes die or sleep, checkpoints are
/// committed, refused, decided anew and inserted meanwhile, the clock jumps, and now and then everything is asked for again.
/// </summary>
internal sealed class Schedule
{
    private static readonly FailureKind[] Passing = [FailureKind.Retriable, FailureKind.Abortable, FailureKind.ProducerLost];
    private const int MostCalls = 1_000;
    private const int MostEvents = 30;
    private readonly Random _random;
    private readonly ModelSetup _setup;
    private readonly double _faults;
    private readonly double _events;
    private int _processes;
    private int _depth;
    private int _happened;
    private long _offset;
    private bool _raced;

    private Schedule(int seed, Func<IKafkaClient, IKafkaClient>? mutate)
    {
        _random = new Random(seed);
        _setup = new ModelSetup(mutate);
        (_faults, _events) = (_random.NextDouble() * 0.25, _random.NextDouble() * 0.2);
    }

    /// <summary>How often everything was asked for again.</summary>
    public int Repeats { get; private set; }

    /// <summary>Processes that died or had to stop.</summary>
    public int Stopped { get; private set; }

    /// <summary>Processes that another one ran in the midst of.</summary>
    public int Sleepers { get; private set; }

    /// <summary>Runs a schedule to its end, at which a process publishes undisturbed.</summary>
    /// <returns>What is wrong; null when nothing is.</returns>
    public static (string? Fault, Schedule Schedule) Run(int seed, Func<IKafkaClient, IKafkaClient>? mutate = null)
    {
        var schedule = new Schedule(seed, mutate);
        var folder = schedule._setup.Folder;
        for (var i = schedule._random.Next(3); i > 0; i--)
        {
            schedule.Happen();
        }

        folder.Commit();
        for (var i = schedule._random.Next(1, 5); i > 0; i--)
        {
            schedule.Process();
            if (schedule._random.Next(2) == 0)
            {
                schedule.Happen();
            }
        }

        var last = schedule._setup.Run(schedule._setup.Log.Connect("last"));
        return (last is null ? schedule._setup.Fault(schedule.Repeats) ?? schedule.Usurper() : $"the last process stopped: {last.Message}", schedule);
    }

    private void Process()
    {
        var again = _random.Next(12) == 0;
        Repeats += again ? 1 : 0;
        var client = _setup.Log.Connect($"process {++_processes}", Meanwhile);
        try
        {
            if (_random.Next(4) > 0)
            {
                Stopped += _setup.Run(client, again) is null ? 0 : 1;
                return;
            }

            using var publisher = _setup.Publisher(client, again);
            var membership = _setup.Log.Rebalance("group");
            var next = ++_offset;
            _setup.Wait(publisher.PublishPendingAsync([new MessagePlace("work", 0, next)], membership, CancellationToken.None));
            Assert.True(_setup.Log.Offset("group", "work", 0) >= next, $"offset {next} is not committed");
        }
        catch (Exception e) when (e is ProcessDiedException or PublishException)
        {
            Stopped++;
        }
    }

    /// <summary>
    /// A publisher that went on after another had published in its place. Only one that was about to take the run over when the other came
    /// cannot know of it.
    /// </summary>
    private string? Usurper()
    {
        // By offset within the one partition that a key has.
        var publishers = _setup.Log.Committed(ModelSetup.Topics.Commits).Select(m => CommitNotice.Read(m.Value)!.Publisher!).ToList();
        var changes = publishers.Where((publisher, i) => i == 0 || publishers[i - 1] != publisher).ToList();
        return !_raced && changes.Distinct().Count() != changes.Count ? "a publisher went on after another had taken its place" : null;
    }

    private ModelFault? Meanwhile(ModelCall call)
    {
        Assert.True(call.Number < MostCalls, "it never ends");
        // No more than a number: publishing a commit takes several calls, and what happens in each of them would never be caught up with.
        if (_random.NextDouble() < _events && ++_happened <= MostEvents)
        {
            Happen();
        }

        if (_depth < 2 && _random.NextDouble() < 0.02)
        {
            // This process sleeps while others work; then it goes on with its call as if nothing had happened.
            Sleepers++;
            _raced |= call.Operation == ModelOperation.Initialise;
            _depth++;
            Process();
            _depth--;
        }

        if (_random.NextDouble() >= _faults)
        {
            return null;
        }

        var done = _random.Next(2) == 0;
        return _random.Next(8) switch
        {
            0 => ModelFault.Death(done),
            1 when _random.Next(4) == 0 => new ModelFault(_random.Next(2) == 0 ? FailureKind.Fenced : FailureKind.Misconfigured, done),
            _ => new ModelFault(Passing[_random.Next(Passing.Length)], done),
        };
    }

    private void Happen()
    {
        var folder = _setup.Folder;
        switch (_random.Next(8))
        {
            case 0 or 1:
                folder.Commit();
                break;
            case 2 or 3:
                folder.Refuse();
                break;
            case 4:
                folder.Insert();
                break;
            case 5:
                folder.Replace(_random.Next(2) == 0);
                break;
            default:
                _setup.Clock.Advance(TimeSpan.FromSeconds(_random.Next(1, 100)));
                break;
        }
    }
}
