using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Runs;
using Emergence.Pipeline.Progress;
using Emergence.Pipeline.Settings;
using Emergence.Stages.Input;
using Emergence.Stages.Models;
using Emergence.Stages.Sae;

namespace Emergence.Cli.Tests.Commands;

public sealed class WatchCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();
    private readonly string _checkpoints;
    private readonly string _probe;
    private readonly string _text;

    public WatchCommandTests()
    {
        _checkpoints = _program.SubFolder("checkpoints");
        _probe = _program.File("probe.jsonl", "{}");
        _text = _program.File("text.jsonl", "{}");
    }

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task Every_option_reaches_the_settings()
    {
        var run = new ScriptedRun();
        var code = await Watch(run, "--out", "r", "--until-step", "512", "--layers", "0,2", "--features", "1_024", "--k", "16", "--sae", "topk",
            "--budget", "50000", "--warm-fraction", "0.1", "--warm-lr-divisor", "2.5", "--context", "64", "--batch-rows", "8", "--seed", "7", "--threads", "1", "--hook", "mlp_out");

        Assert.Equal((0, ""), (code, _program.Error));
        var expected = new WatchSettings
        {
            Checkpoints = _checkpoints,
            Probe = _probe,
            Text = _text,
            Run = "r",
            UntilStep = 512,
            Layers = run.Watch!.Layers,
            Hook = HookPoint.MlpOut,
            Features = 1024,
            K = 16,
            Sae = SaeArchitecture.TopK,
            Budget = 50_000,
            WarmFraction = 0.1,
            WarmDivisor = 2.5,
            Context = 64,
            BatchRows = 8,
            Seed = 7,
            Threads = 1,
        };
        Assert.Equal(expected, run.Watch);
        Assert.Equal([0, 2], run.Watch.Layers!);
    }

    [Fact]
    public async Task The_command_line_wins_over_the_environment_and_that_over_the_file()
    {
        var config = _program.File("config.json", """{ "k": 8, "context": 32, "expansion": 4, "layers": [1, 2] }""");
        _program.Environment["EMERGENCE_K"] = "9";
        _program.Environment["EMERGENCE_CONTEXT"] = "33";
        var run = new ScriptedRun();
        await Watch(run, "--config", config, "--k", "10");

        Assert.Equal((10, 33, 4), (run.Watch!.K, run.Watch.Context, run.Watch.Expansion));
        Assert.Equal([1, 2], run.Watch.Layers!);
    }

    [Fact]
    public async Task Every_problem_is_named_at_once_with_its_remedy_and_nothing_runs()
    {
        var config = _program.File("config.json", """{ "kk": 8, "seed": {} }""");
        _program.Environment["EMERGENCE_CONTEXT"] = "many";
        var run = new ScriptedRun();
        var verb = WatchCommand.Create(_program.Host, run, _ => null);
        var code = await _program.RunAsync(verb, "watch", Path.Combine(_program.Folder, "nowhere"), "--config", config, "--k", "0", "--sae", "relu", "--warm-fraction", "2", "--layers", "2,1", "--hook", "resid");

        Assert.Equal(2, code);
        Assert.Null(run.Watch);
        string[] named = ["kk in", "seed in", "EMERGENCE_CONTEXT: \"many\"", "--k: 0", "--sae: \"relu\" is not topk or batchtopk", "--warm-fraction: 2", "--hook: \"resid\" is not resid_pre or attn_out", "--layers: 2,1 is not ascending", "DIR:", "--probe: is missing", "--text: is missing"];
        Assert.All(named, name => Assert.Contains(name, _program.Error));
        Assert.Equal("", _program.Output);
    }

    [Theory]
    [InlineData("--no-such-option")]
    [InlineData("extra")]
    public async Task What_the_verb_does_not_know_is_wrong_usage(string argument)
    {
        Assert.Equal(2, await Watch(new ScriptedRun(), argument));
        Assert.Contains(argument, _program.Error);
        Assert.Contains("./emergence watch --help", _program.Error);
    }

    [Fact]
    public async Task With_json_standard_output_holds_nothing_but_the_result()
    {
        var folder = _program.SubFolder("run");
        var run = new ScriptedRun(SampleRun.Opened(folder), SampleRun.Committed(0), SampleRun.Committed(16), new RunEnded(12.5, false));
        Assert.Equal(0, await Watch(run, "--json"));

        using var json = JsonDocument.Parse(_program.Output);
        var root = json.RootElement;
        Assert.Equal((folder, 2, 12.5), (root.GetProperty("run").GetString(), root.GetProperty("checkpoints").GetInt32(), root.GetProperty("seconds").GetDouble()));
        var alert = root.GetProperty("alerts")[0];
        Assert.Equal((0, "pos", "noun", 4L), (alert.GetProperty("layer").GetInt32(), alert.GetProperty("facet").GetString(), alert.GetProperty("category").GetString(), alert.GetProperty("step").GetInt64()));
        Assert.Contains("step 16: committed (2)", _program.Error);
    }

    [Fact]
    public async Task At_the_end_a_person_reads_the_categories_by_alert_step_and_where_the_report_is()
    {
        var run = new ScriptedRun(SampleRun.Opened("runs/sample"), SampleRun.Committed(0), SampleRun.Committed(64), new RunEnded(3, false));
        var verb = WatchCommand.Create(_program.Host, run, folder => folder + "/report.html");
        Assert.Equal(0, await _program.RunAsync(verb, "watch", _checkpoints, "--probe", _probe, "--text", _text));

        var noun = _program.Output.IndexOf("pos/noun", StringComparison.Ordinal);
        var verb2 = _program.Output.IndexOf("pos/verb", StringComparison.Ordinal);
        Assert.True(noun > 0 && verb2 > noun, _program.Output);
        Assert.DoesNotContain("pos/modal", _program.Output);
        Assert.Contains("report  runs/sample/report.html", _program.Output);
    }

    [Fact]
    public async Task An_interrupted_run_ends_with_130_and_still_says_its_result()
    {
        var run = new ScriptedRun(SampleRun.Opened("runs/sample"), SampleRun.Committed(0), new RunEnded(3, true));
        Assert.Equal(130, await Watch(run));
        Assert.Contains("1 checkpoints committed, 3.0 s, interrupted", _program.Output);
    }

    [Fact]
    public async Task Bad_input_ends_with_3_and_its_own_message()
    {
        var run = new ScriptedRun { Throws = new InvalidOperationException("stage capture", new BadInputException("model.safetensors", "offset 8", "the header is cut off", "Copy the file again")) };
        Assert.Equal(3, await Watch(run));
        Assert.Contains("model.safetensors (offset 8): the header is cut off. Copy the file again.", _program.Error);
    }

    [Fact]
    public async Task The_plan_is_printed_without_any_input()
    {
        var run = new ScriptedRun();
        var verb = WatchCommand.Create(_program.Host, run, _ => null);
        Assert.Equal(0, await _program.RunAsync(verb, "watch", "--plan"));
        Assert.Equal("flowchart LR", _program.Output.Trim());
        Assert.Null(run.Watch);
    }

    [Fact]
    public async Task The_environment_can_turn_json_on_and_the_run_is_named_after_its_checkpoints()
    {
        _program.Environment["EMERGENCE_JSON"] = "1";
        var run = new ScriptedRun(SampleRun.Opened("x"), new RunEnded(1, false));
        Assert.Equal(0, await Watch(run));
        Assert.StartsWith("{", _program.Output);
        Assert.Equal(Path.Combine("runs", "checkpoints"), run.Watch!.Run);
        Assert.Equal("checkpoints", run.Watch.RunName);
    }

    private Task<int> Watch(ScriptedRun run, params string[] more) =>
        _program.RunAsync(WatchCommand.Create(_program.Host, run, _ => null), ["watch", _checkpoints, "--probe", _probe, "--text", _text, .. more]);
}
