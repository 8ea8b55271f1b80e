using System.Diagnostics;
using System.Text.Json;
using Emergence.TestBroker.Server;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>The example consumers against a broker that does transactions, and against librdkafka's mock cluster.</summary>
public sealed class ConsumerTests : IAsyncLifetime
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private readonly TransactionalBroker _broker = TransactionalBroker.Start();

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _broker.DisposeAsync().AsTask();

    [Theory]
    [Consumers]
    public async Task Committed_steps_are_printed_in_order_and_aborted_ones_are_not(ConsumerProgram program)
    {
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1);
        curves.Publish(2, commit: false);
        curves.Publish(4);
        curves.Publish(8, commit: false);

        var (code, output, error) = await RunAsync(program, "--kafka", _broker.Address, "--run", "demo");

        Assert.True(code == 0, error);
        var lines = output.Split('\n');
        Assert.Equal(["step", "layer", "facet", "category", "best", "F1", "interval", "above", "null"], Words(lines[0]));
        Assert.Equal(curves.Committed.Select(Line), lines.Skip(1));
        Assert.Equal(2 * 2 * 6, curves.Committed.Count);
    }

    [Theory]
    [Consumers]
    public async Task Parts_are_put_together_and_every_value_arrives_as_it_was_published(ConsumerProgram program)
    {
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1, parts: 3);
        curves.Publish(2, commit: false, parts: 3);
        curves.Publish(4, parts: 2);

        var (code, output, error) = await RunAsync(program, "--kafka", _broker.Address, "--run", "demo", "--json");

        Assert.True(code == 0, error);
        var rows = output.Split('\n').Select(line => JsonDocument.Parse(line).RootElement).ToList();
        Assert.Equal(curves.Committed.Count, rows.Count);
        Assert.All(curves.Committed.Zip(rows), pair =>
        {
            var ((step, row), read) = pair;
            Assert.Equal(("demo", step, row.Layer), (read.GetProperty("run").GetString(), read.GetProperty("step").GetInt64(), read.GetProperty("layer").GetInt32()));
            Assert.Equal((row.Facet, row.Category), (read.GetProperty("facet").GetString(), read.GetProperty("category").GetString()));
            Assert.Equal((row.BestF1.Value, row.BestF1.Low), (read.GetProperty("best_f1").GetDouble(), read.GetProperty("best_f1_low").GetDouble()));
            Assert.Equal(row.BestFeature < 0 ? null : (int?)row.BestFeature, read.GetProperty("best_feature") is { ValueKind: JsonValueKind.Number } feature ? feature.GetInt32() : (int?)null);
            Assert.Equal(row.AboveNull, read.GetProperty("above_null").GetBoolean());
            Assert.Equal(JsonValueKind.Null, read.GetProperty("coverage_high").ValueKind);
        });
    }

    [Theory]
    [Consumers]
    public async Task Parts_whose_first_ones_are_gone_from_the_topic_are_passed_over_with_one_line_each(ConsumerProgram program)
    {
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1, parts: 3, firstPart: 2);
        curves.Publish(2, parts: 3);
        curves.Publish(4);

        var (code, output, error) = await RunAsync(program, "--kafka", _broker.Address, "--run", "demo");

        Assert.True(code == 0, error);
        Assert.Equal(curves.Committed.Select(Line), output.Split('\n').Skip(1));
        Assert.Equal(2 * 2 * 6, curves.Committed.Count);
        var told = error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(2, told.Length);
        Assert.All(new[] { 0, 1 }, layer => Assert.Contains(told, line => line.Contains($"part 1 of 3 of demo/{layer} (commit 1) is not in the topic any more", StringComparison.Ordinal)));
    }

    [Theory]
    [Consumers]
    public async Task Only_what_was_asked_for_is_printed(ConsumerProgram program)
    {
        using var other = PublishedCurves.To(_broker.Address, "other");
        other.Publish(2);
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1);
        curves.Publish(4);

        var (code, output, error) = await RunAsync(program, "--kafka", _broker.Address, "--run", "demo", "--category", "category é 2", "--from-step", "2", "--json");
        var (none, nothing, hint) = await RunAsync(program, "--kafka", _broker.Address, "--run", "missing");

        Assert.True(code == 0, error);
        Assert.Equal(2, output.Split('\n').Length);
        Assert.All(output.Split('\n'), line => Assert.Equal(4, JsonDocument.Parse(line).RootElement.GetProperty("step").GetInt64()));
        Assert.Equal((0, ""), (none, nothing));
        Assert.Contains("no curves of run missing in emergence.curves", hint, StringComparison.Ordinal);
    }

    [Theory]
    [Consumers]
    public async Task Following_prints_a_step_when_it_is_committed_and_ends_when_told_to(ConsumerProgram program)
    {
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1);
        var seen = new Dictionary<string, TaskCompletionSource> { ["1"] = new(), ["4"] = new() };
        using var consumer = new LineProcess(
            program.Start("--kafka", _broker.Address, "--run", "demo", "--follow"),
            line => seen.GetValueOrDefault(Words(line)[0])?.TrySetResult());

        await seen["1"].Task.WaitAsync(_patience);
        curves.Publish(2, commit: false);
        curves.Publish(4);
        await seen["4"].Task.WaitAsync(_patience);
        using (var terminate = Process.Start("kill", ["-TERM", $"{consumer.Id}"]))
            await terminate.WaitForExitAsync();
        await consumer.EndAsync().WaitAsync(_patience);

        Assert.True(consumer.ExitCode == 0, consumer.Error);
        Assert.DoesNotContain(consumer.Output.Split('\n'), line => Words(line)[0] == "2");
    }

    [Theory]
    [Consumers]
    public async Task They_read_from_the_mock_cluster_of_librdkafka(ConsumerProgram program)
    {
        using var curves = PublishedCurves.ToMockCluster();
        curves.Publish(1, parts: 2);
        curves.Publish(4);

        var (code, output, error) = await RunAsync(program, "--kafka", curves.Servers, "--run", "demo");

        Assert.True(code == 0, error);

        // The mock has several partitions; order is kept within a layer.
        foreach (var layer in new[] { 0, 1 })
            Assert.Equal(curves.Committed.Where(c => c.Row.Layer == layer).Select(Line), output.Split('\n').Where(line => Words(line)[1] == $"{layer}"));
    }

    [Theory]
    [Consumers]
    public async Task A_topic_that_is_not_there_is_named_as_the_reason(ConsumerProgram program)
    {
        var (code, output, error) = await RunAsync(program, "--kafka", _broker.Address, "--run", "demo", "--topic-prefix", "missing");
        Assert.Equal((1, ""), (code, output));
        Assert.Matches("(?i)topic", error);
    }

    [Theory]
    [Consumers]
    public async Task Wrong_usage_is_told_with_the_options(ConsumerProgram program)
    {
        var (code, _, error) = await RunAsync(program, "--kafka", _broker.Address);
        Assert.NotEqual(0, code);
        Assert.Contains("--run", error, StringComparison.Ordinal);
    }

    [PythonFact(draws: true)]
    public async Task The_Python_consumer_draws_what_it_reads()
    {
        using var curves = PublishedCurves.To(_broker.Address);
        curves.Publish(1);
        curves.Publish(4);
        var (code, output, error) = await RunAsync(ConsumerProgram.Python, "--kafka", _broker.Address, "--run", "demo", "--plot");
        Assert.True(code == 0, error);
        Assert.Equal(curves.Committed.Count + 1, output.Split('\n').Length);
    }

    [PythonFact]
    public async Task A_missing_Python_package_is_named_with_the_remedy()
    {
        // -I -S: a Python without any package.
        var script = ConsumerProgram.Python.Start("--kafka", "127.0.0.1:1", "--run", "demo");
        script.ArgumentList.Insert(0, "-IS");
        using var consumer = new LineProcess(script);
        await consumer.EndAsync().WaitAsync(_patience);
        Assert.Equal((1, ""), (consumer.ExitCode, consumer.Output));
        Assert.Contains("pip install confluent-kafka pyarrow", consumer.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Missing_npm_packages_are_named_with_the_remedy()
    {
        var alone = Directory.CreateTempSubdirectory("emergence-consume-");
        try
        {
            var script = Path.Combine(alone.FullName, "consume.mjs");
            File.Copy(Path.Combine(ConsumerPrograms.JavaScriptFolder, "consume.mjs"), script);
            using var consumer = new LineProcess(ConsumerPrograms.Redirected("node", script, "--kafka", "127.0.0.1:1", "--run", "demo"));
            await consumer.EndAsync().WaitAsync(_patience);
            Assert.Equal((1, ""), (consumer.ExitCode, consumer.Output));
            Assert.Contains("npm ci", consumer.Error, StringComparison.Ordinal);
        }
        finally
        {
            alone.Delete(recursive: true);
        }
    }

    private static async Task<(int Code, string Output, string Error)> RunAsync(ConsumerProgram program, params string[] arguments)
    {
        using var consumer = new LineProcess(program.Start(arguments));
        await consumer.EndAsync().WaitAsync(_patience);
        return (consumer.ExitCode, consumer.Output, consumer.Error);
    }

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, ..] words ? words : [""];

    private static string Line((long Step, Emergence.Stages.Curves.CurveRow Row) published)
    {
        var (step, row) = published;
        FormattableString text = $"{step,-10} {row.Layer,-5} {row.Facet,-10} {row.Category,-22} {row.BestF1.Value,-7:F3} {$"{FormattableString.Invariant($"{row.BestF1.Low:F3}…{row.BestF1.High:F3}")}",-13} {(row.AboveNull ? "yes" : "no")}";
        return FormattableString.Invariant(text);
    }
}
