using Emergence.Broker.Tests.Suite;
using Emergence.TestKit.Runs;

namespace Emergence.Broker.Tests.Crash;

/// <summary>A finished run of tiny checkpoints in a folder, made by the program itself, and the commands of the program that concern it.</summary>
internal sealed class SmallRun : IDisposable
{
    private static readonly Lazy<Task<SmallRun>> Made = new(MakeAsync);
    private readonly TinyRun _tiny = new([.. Steps]);

    /// <summary>Steps of the checkpoints.</summary>
    public static IReadOnlyList<long> Steps { get; } = [0, 1, 2, 4, 8];

    /// <summary>Partitions of each topic.</summary>
    public const int Partitions = 2;

    /// <summary>The run folder.</summary>
    public string Folder => At("run");

    /// <summary>The run, made once for all tests and removed at the end of the process; nobody changes its folder.</summary>
    public static Task<SmallRun> SharedAsync() => Made.Value;

    /// <summary>Checkpoints and texts without a run.</summary>
    public static SmallRun Unmade() => new();

    /// <summary>A run folder; its last part is the run's name, which is in every table.</summary>
    public string At(string place) => Path.Combine(_tiny.Run(place), "run");

    /// <summary>The folder in which checkpoints, texts and runs lie.</summary>
    public string Root => Path.GetDirectoryName(_tiny.Run())!;

    /// <summary>A file of properties under which a worker that was killed is soon given up.</summary>
    public string Properties()
    {
        var file = Path.Combine(Root, "kafka.properties");
        if (!File.Exists(file))
            File.WriteAllText(file, $"session.timeout.ms={BrokerUnderTest.Session.TotalMilliseconds}\nheartbeat.interval.ms=500\n");
        return file;
    }

    /// <summary>Arguments of <c>publish</c>. By force: tests publish the one folder side by side, which a user is kept from.</summary>
    public IReadOnlyList<string> Publish(string servers, string prefix) => ["publish", Folder, "--force", .. Kafka(servers, prefix)];

    /// <summary>Arguments of <c>watch</c> or <c>replay</c>.</summary>
    public IReadOnlyList<string> Watching(string verb, string folder, params IEnumerable<string> more) =>
    [
        verb, _tiny.Checkpoints, "--probe", _tiny.Texts.ProbePath, "--text", _tiny.Texts.TrainingPath, "--out", folder,
        "--context", $"{TinyModel.Context}", "--batch-rows", "8", "--features", "64", "--k", "4", "--budget", "2048", "--threads", "1", "--json",
        .. verb == "watch" ? ["--until-step", $"{Steps[^1]}"] : Array.Empty<string>(), .. more,
    ];

    /// <summary>Arguments that name a broker and topics.</summary>
    public static IReadOnlyList<string> Kafka(string servers, string prefix) => ["--kafka", servers, "--topic-prefix", prefix, "--create-topics", "--partitions", $"{Partitions}"];

    public void Dispose() => _tiny.Dispose();

    private static async Task<SmallRun> MakeAsync()
    {
        var run = new SmallRun();
        AppDomain.CurrentDomain.ProcessExit += (_, _) => run.Dispose();
        using var process = EmergenceProcess.Start(run.Watching("replay", run.Folder));
        Assert.True(await process.ExitAsync() == 0, process.Output + process.Error);
        return run;
    }
}
