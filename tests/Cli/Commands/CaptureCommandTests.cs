using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Tests.Sae;
using Emergence.Stages.Models.Safetensors;
using Emergence.TestKit.Activations;
using Emergence.TestKit.Runs;

namespace Emergence.Cli.Tests.Commands;

[Collection(TensorCollection.Name)]
public sealed class CaptureCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    private string Out => Path.Combine(_program.Folder, "out.safetensors");

    private static string Fixture(string variant, string file = "") => Path.Combine(AppContext.BaseDirectory, "Fixtures", variant, file);

    private Task<int> Capture(string checkpoint, params string[] more) =>
        _program.RunAsync(CaptureCommand.Create(_program.Host), ["capture", checkpoint, "--out", Out, "--threads", "1", .. more]);

    private static long[][] Rows(string variant) => JsonSerializer.Deserialize<long[][]>(File.ReadAllBytes(Fixture(variant, "tokens.json")))!;

    private static void Close(SafetensorsFile expected, SafetensorsFile actual, string name)
    {
        var (wanted, found) = (expected.ReadFloats(name), actual.ReadFloats(name));
        var size = wanted.Max(Math.Abs);
        Assert.Equal(wanted.Length, found.Length);
        Assert.All(wanted.Zip(found), p => Assert.Equal(p.First, p.Second, 2e-5 * size));
    }

    [Theory]
    [InlineData("llama-3-grouped-tied")]
    [InlineData("gpt2-base")]
    [InlineData("qwen3-window-by-kinds-tied")]
    public async Task Every_hook_point_the_logits_and_the_loss_are_those_of_the_reference(string variant)
    {
        var hooks = "layers.*.resid_pre,layers.0.attn_out, layers.1.attn_out,layers.*.resid_mid,layers.*.mlp_out,layers.*.resid_post,layers.1.resid_post";
        Assert.Equal(0, await Capture(Fixture(variant), "--tokens", Fixture(variant, "tokens.json"), "--hooks", hooks, "--logits", "--json"));
        Assert.Equal("", _program.Error);

        using var expected = SafetensorsFile.Open(Fixture(variant, "expected.safetensors"));
        using var actual = SafetensorsFile.Open(Out);
        Assert.Equal(expected.Tensors.Select(t => t.Name), actual.Tensors.Select(t => t.Name));
        Assert.All(expected.Tensors, t => Assert.Equal(t.Shape, actual.Tensors.Single(a => a.Name == t.Name).Shape));
        foreach (var tensor in expected.Tensors)
            Close(expected, actual, tensor.Name);

        var loss = double.Parse(expected.Metadata["loss"], CultureInfo.InvariantCulture);
        var json = JsonDocument.Parse(_program.Output).RootElement;
        Assert.Equal(loss, json.GetProperty("loss").GetDouble(), 1e-5);
        Assert.Equal(json.GetProperty("loss").GetDouble(), double.Parse(actual.Metadata["loss"], CultureInfo.InvariantCulture));
        Assert.Equal((2, 14, 12), (json.GetProperty("rows").GetInt32(), json.GetProperty("tokens").GetInt32(), json.GetProperty("predicted").GetInt32()));
        Assert.Equal(("12", "tokens.json"), (actual.Metadata["predicted_tokens"], actual.Metadata["tokens_file"]));
    }

    [Fact]
    public async Task A_table_of_tokens_keeps_its_shape()
    {
        var row = Rows("llama-1")[0].Select(t => (int)t).ToArray();
        var tokens = NpyFile.Write(Path.Combine(_program.Folder, "t.npy"), NpyFile.Bytes<int>("<i4", $"(3, {row.Length})", [.. row, .. row, .. row]));
        Assert.Equal(0, await Capture(Fixture("llama-1"), "--tokens", tokens, "--hooks", "layers.1.resid_post", "--logits"));
        Assert.Contains("layers.1.resid_post, logits; activations [3, 10, 16]", _program.Output);
        Assert.Contains("3 rows, 30 tokens: loss ", _program.Output);
        using var actual = SafetensorsFile.Open(Out);
        Assert.Equal([3, 10, 16], actual.Tensors[0].Shape);
        Assert.Equal([3, 10, 20], actual.Tensors[1].Shape);
        using var expected = SafetensorsFile.Open(Fixture("llama-1", "expected.safetensors"));
        var wanted = expected.ReadFloats("layers.1.resid_post").AsSpan(0, 160).ToArray();
        Assert.All(actual.ReadFloats("layers.1.resid_post").Chunk(160), r => Assert.All(r.Zip(wanted), p => Assert.Equal(p.First, p.Second, 1e-3f)));
    }

    [Fact]
    public async Task Tokens_without_a_header_are_cut_into_rows()
    {
        var rows = Rows("mistral-window");
        var tokens = Path.Combine(_program.Folder, "t.bin");
        File.WriteAllBytes(tokens, MemoryMarshal.AsBytes<ushort>([.. rows.SelectMany(r => r).Select(t => (ushort)t)]).ToArray());
        Assert.Equal(0, await Capture(Fixture("mistral-window"), "--tokens", tokens, "--token-type", "uint16", "--row-length", "10", "--hooks", "layers.0.mlp_out"));
        using var expected = SafetensorsFile.Open(Fixture("mistral-window", "expected.safetensors"));
        using var actual = SafetensorsFile.Open(Out);
        Close(expected, actual, "layers.0.mlp_out");
        Assert.Equal("10", actual.Metadata["row_length"]);
    }

    [Fact]
    public async Task A_text_goes_through_the_checkpoints_tokenizer()
    {
        using var tiny = new TinyRun(0);
        var checkpoint = Directory.GetDirectories(tiny.Checkpoints).Single();
        var text = _program.File("text.txt", "one two three one");
        Assert.Equal(0, await Capture(checkpoint, "--text", text, "--hooks", "layers.0.resid_post", "--json"));
        Assert.Equal(4, JsonDocument.Parse(_program.Output).RootElement.GetProperty("tokens").GetInt32());
    }

    [Fact]
    public async Task One_token_has_activations_and_no_loss()
    {
        Assert.Equal(0, await Capture(Fixture("llama-1"), "--tokens", _program.File("t.json", "[3]"), "--hooks", "layers.0.resid_post", "--json"));
        Assert.Equal(JsonValueKind.Null, JsonDocument.Parse(_program.Output).RootElement.GetProperty("loss").ValueKind);
        using var actual = SafetensorsFile.Open(Out);
        Assert.False(actual.Metadata.ContainsKey("loss"));
    }

    [Theory]
    [InlineData("[1, 20]", "t.json (row 0, token 1): id 20 is not from 0 to 19")]
    [InlineData("[1, \"a\"]", "t.json (line 1): it is no token id")]
    [InlineData("[]", "row 0 is empty")]
    [InlineData("", "it is empty")]
    [InlineData("long", "it has 65 tokens, the model takes 64. Cut the rows with --row-length 64")]
    public async Task Tokens_that_do_not_fit_are_bad_input_and_leave_no_file(string json, string said)
    {
        var tokens = _program.File("t.json", json == "long" ? $"[{string.Join(',', new int[65])}]" : json);
        Assert.Equal(3, await Capture(Fixture("llama-1"), "--tokens", tokens, "--hooks", "layers.0.resid_post"));
        Assert.Contains(said, _program.Error);
        Assert.Equal([tokens], Directory.GetFiles(_program.Folder));
    }

    [Fact]
    public async Task A_checkpoint_that_is_none_is_bad_input()
    {
        Assert.Equal(3, await Capture(_program.Folder, "--tokens", _program.File("t.json", "[1]"), "--hooks", "layers.0.resid_post"));
        Assert.Contains("config.json", _program.Error);
        File.Copy(Fixture("llama-1", "config.json"), Path.Combine(_program.Folder, "config.json"));
        _program.File("pytorch_model.bin", "");
        Assert.Equal(3, await Capture(_program.Folder, "--tokens", _program.File("t.json", "[1]"), "--hooks", "layers.0.resid_post"));
        Assert.Contains("python3 -c", _program.Error);
        Assert.False(File.Exists(Out));
    }

    [Fact]
    public async Task Everything_wrong_with_the_options_is_said_at_once()
    {
        Assert.Equal(2, await _program.RunAsync(
            CaptureCommand.Create(_program.Host), "capture", Fixture("llama-1"), "--hooks", "layers.0.resid,layer.1.mlp_out", "--row-length", "0", "--threads", "0", "--token-type", "int8"));
        string[] named =
        [
            "--tokens: is missing", "--hooks: \"layers.0.resid\" is no hook point", "--hooks: \"layer.1.mlp_out\" is no hook point", "--row-length: 0", "--threads: 0",
            "--out: is missing", "--token-type: \"int8\" is not uint16 or uint32",
        ];
        Assert.All(named, n => Assert.Contains(n, _program.Error));
    }

    [Fact]
    public async Task A_layer_that_the_model_lacks_and_two_inputs_are_wrong_usage()
    {
        Assert.Equal(2, await Capture(Fixture("llama-1"), "--tokens", Fixture("llama-1", "tokens.json"), "--hooks", "layers.2.resid_post,layers.*.mlp_out"));
        Assert.Contains("--hooks: layers.2.resid_post is not in the model. its layers are 0 to 1", _program.Error);
        Assert.Equal(2, await Capture(Fixture("llama-1"), "--tokens", "a", "--text", "b", "--hooks", "layers.0.resid_post"));
        Assert.Contains("does not go with --text", _program.Error);
        Assert.False(File.Exists(Out));
    }
}
