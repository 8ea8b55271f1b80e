using Emergence.Pipeline.Settings;

namespace Emergence.Pipeline.Tests.Settings;

public sealed class WatchSettingsTests
{
    private static readonly string Here = AppContext.BaseDirectory;
    private static readonly string AFile = typeof(WatchSettings).Assembly.Location;

    private static WatchSettings Valid => new() { Checkpoints = Here, Probe = AFile, Text = AFile, Run = "runs/a" };

    public static TheoryData<WatchSettings, string> Wrong => new()
    {
        { Valid with { Checkpoints = AFile }, "DIR" },
        { Valid with { Probe = Here }, "--probe" },
        { Valid with { Text = "nowhere" }, "--text" },
        { Valid with { Text = $"{AFile},nowhere" }, "--text" },
        { Valid with { Text = "," }, "--text" },
        { Valid with { ProbeColumns = "pos,ner" }, "--probe-columns" },
        { Valid with { Run = AFile }, "--out" },
        { Valid with { Run = "/" }, "--out" },
        { Valid with { Run = "runs/" + new string('x', 201) }, "--out" },
        { Valid with { UntilStep = -1 }, "--until-step" },
        { Valid with { FromStep = 8, ToStep = 4 }, "--to-step" },
        { Valid with { Every = 0 }, "--every" },
        { Valid with { Layers = [] }, "--layers" },
        { Valid with { Layers = [0, 0] }, "--layers" },
        { Valid with { Layers = [-1, 2] }, "--layers" },
        { Valid with { Features = 16, K = 17 }, "--k" },
        { Valid with { K = 0 }, "--k" },
        { Valid with { Expansion = 0 }, "--expansion" },
        { Valid with { Context = 1 }, "--context" },
        { Valid with { Budget = (128 * 16) - 1 }, "--budget" },
        { Valid with { Budget = long.MaxValue }, "--budget" },
        { Valid with { Context = 1 << 17, BatchRows = 65_536, Budget = 1L << 40 }, "--batch-rows" },
        { Valid with { WarmFraction = double.NaN }, "--warm-fraction" },
        { Valid with { WarmFraction = 0 }, "--warm-fraction" },
        { Valid with { Threads = 0 }, "--threads" },
        { Valid with { Pattern = "step[0-9]+" }, "--pattern" },
        { Valid with { Pattern = "step([0-9]+" }, "--pattern" },
        { Valid with { Pattern = "step(?=([0-9]+))" }, "--pattern" },
        { Valid with { Marker = "" }, "--marker" },
        { Valid with { Marker = "../COMPLETE" }, "--marker" },
        { Valid with { Tokenizer = "nowhere.json" }, "--tokenizer" },
        { Valid with { PollSeconds = 0 }, "--poll" },
        { Valid with { PollSeconds = double.NaN }, "--poll" },
        { Valid with { SettleSeconds = 1e9 }, "--settle" },
        { Valid with { Source = CheckpointKind.Activations, BatchRows = 2048, Budget = 2047 }, "--budget" },
    };

    [Fact]
    public void Defaults_are_valid() => Assert.Empty(Valid.Problems());

    [Theory]
    [MemberData(nameof(Wrong))]
    public void A_wrong_value_is_named_with_a_remedy(WatchSettings settings, string setting)
    {
        var problem = Assert.Single(settings.Problems());
        Assert.Equal(setting, problem.Setting);
        Assert.NotEmpty(problem.Remedy);
    }

    [Fact]
    public void The_training_text_may_be_a_folder_or_several()
    {
        Assert.Empty((Valid with { Text = Here }).Problems());
        Assert.Empty((Valid with { Text = $"{AFile}, {Here}", ProbeColumns = "word,pos" }).Problems());
        Assert.Equal([AFile, Here], (Valid with { Text = $"{AFile}, {Here}" }).TextPaths);
    }

    [Fact]
    public void Activations_need_no_text() =>
        Assert.Empty((Valid with { Source = CheckpointKind.Activations, Probe = "", Text = "", BatchRows = 2048 }).Problems());

    [Fact]
    public void The_run_is_named_after_the_last_part_of_its_folder() => Assert.Equal("a", (Valid with { Run = "runs/a/" }).RunName);
}
