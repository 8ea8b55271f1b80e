using System.Text.Json;
using System.Text.RegularExpressions;
using Emergence.Examples.Tests.Kafka;
using Emergence.TestKit;

namespace Emergence.Examples.Tests.Compose;

/// <summary>The files of compose/ are held to the code: no container engine runs where they are written.</summary>
public sealed class ComposeFilesTests
{
    private static readonly string _root = ProductRoot.Find();
    private static readonly string _lint = NpmFolder.Installed(Path.Combine(_root, "tests", "Examples", "Compose", "lint"));
    private static readonly Dockerfile _dockerfile = new(Path.Combine(_root, "compose", "Dockerfile"));
    private static readonly string[] _cpu = [Path.Combine(_root, "compose", "compose.yaml")];
    private static readonly string[] _cuda = [.. _cpu, Path.Combine(_root, "compose", "compose.cuda.yaml")];

    [Fact]
    public async Task They_satisfy_the_compose_schema()
    {
        var (code, output) = await RunAsync("node", [Path.Combine(_lint, "node_modules", "dclint", "bin", "dclint.cjs"), "-c", Path.Combine(_lint, ".dclintrc.json"), "--max-warnings", "0", .. _cuda]);
        Assert.True(code == 0, output);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_verb_and_option_of_a_service_is_one_of_the_program(bool cuda)
    {
        var verbs = await HelpAsync();
        foreach (var service in (await ReadAsync(cuda ? _cuda : _cpu)).GetProperty("services").EnumerateObject().Where(s => s.Name != "kafka"))
        {
            await KnowsAsync(verbs, Strings(service.Value.GetProperty("command")));
            if (service.Value.TryGetProperty("healthcheck", out var health))
                await KnowsAsync(verbs, [.. Strings(health.GetProperty("test")).SkipWhile(w => w is "CMD" or "emergence")]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Every_service_but_Kafka_is_built_by_the_Dockerfile_and_talks_to_the_listener_that_Kafka_advertises(bool cuda)
    {
        var services = (await ReadAsync(cuda ? _cuda : _cpu)).GetProperty("services");
        var kafka = services.GetProperty("kafka");
        var advertised = kafka.GetProperty("environment").GetProperty("KAFKA_ADVERTISED_LISTENERS").GetString()!.Split(',').Select(l => l.Split("://")[1]).ToList();
        Assert.Matches(@"^apache/kafka:\d+\.\d+\.\d+$", kafka.GetProperty("image").GetString());
        Assert.Contains("kafka:9092", advertised);
        Assert.Contains("127.0.0.1:9094:9094", Strings(kafka.GetProperty("ports")));
        Assert.Contains("localhost:9094", advertised);
        foreach (var service in services.EnumerateObject().Where(s => s.Name != "kafka"))
        {
            var build = service.Value.GetProperty("build");
            Assert.Equal(("..", "compose/Dockerfile"), (build.GetProperty("context").GetString(), build.GetProperty("dockerfile").GetString()));
            if (build.TryGetProperty("args", out var arguments))
                Assert.All(arguments.EnumerateObject(), argument => Assert.Contains(_dockerfile.All("ARG"), declared => declared.StartsWith(argument.Name + "=", StringComparison.Ordinal)));
            Assert.Contains("kafka:9092", Strings(service.Value.GetProperty("command")));
            Assert.Equal("service_healthy", service.Value.GetProperty("depends_on").GetProperty("kafka").GetProperty("condition").GetString());
        }

        Assert.Equal(cuda, services.GetProperty("demo").TryGetProperty("deploy", out _));
    }

    [Fact]
    public void The_broker_lets_a_single_node_do_transactions()
    {
        var text = File.ReadAllText(_cpu[0]);
        foreach (var setting in new[] { "TRANSACTION_STATE_LOG_REPLICATION_FACTOR", "TRANSACTION_STATE_LOG_MIN_ISR", "OFFSETS_TOPIC_REPLICATION_FACTOR" })
            Assert.Contains($"KAFKA_{setting}: \"1\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_Debian_package_is_one_that_the_scripts_ask_for_or_that_one_of_those_brings()
    {
        var scripts = File.ReadAllText(Path.Combine(_root, "scripts", "setup.sh"));
        var build = Dockerfile.Packages(_dockerfile.Stage(2));
        var run = Dockerfile.Packages(_dockerfile.Stage(3));
        Assert.Equal(4, _dockerfile.All("FROM").Count());
        Assert.Superset(new HashSet<string> { "libtorch-dev", "libopenblas0-openmp", "g++", "npm" }, build.ToHashSet());
        Assert.Superset(new HashSet<string> { "librdkafka1", "libopenblas0-openmp" }, run.ToHashSet());

        // Certificates are not part of Debian's slim image; every other machine has them.
        foreach (var package in build.Concat(run).Distinct().Where(p => p != "ca-certificates"))
        {
            if (Regex.IsMatch(scripts, $@"(?<![\w-]){Regex.Escape(package)}(?![\w-])"))
                continue;
            var (code, depends) = await RunAsync("dpkg-query", "-W", "-f", "${Depends}\n", "libtorch-dev");
            Assert.True(code == 0 && depends.Contains(package + " ", StringComparison.Ordinal), $"no script asks for {package}, nor does libtorch-dev bring it");
        }
    }

    [Fact]
    public void What_is_copied_is_there_and_not_ignored()
    {
        var let = File.ReadAllLines(Path.Combine(_root, ".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..]).ToList();
        Assert.All(let, name => Assert.True(Path.Exists(Path.Combine(_root, name)), $"{name} of .dockerignore is not there"));

        // Whatever MSBuild reads above a project must be let through, else the build in the container is another one.
        Assert.All(Directory.GetFiles(_root, "Directory.*").Select(Path.GetFileName).Append(".editorconfig").Append("global.json"), name => Assert.Contains(name, let));
        Assert.All(new[] { "src/Cli/Cli.csproj", "data/package-lock.json", "src/Sinks/Report/package-lock.json" }, path =>
        {
            Assert.True(File.Exists(Path.Combine(_root, path)), path);
            Assert.Contains(path.Split('/')[0], let);
            Assert.Contains(_dockerfile.All("RUN"), run => run.Contains(path.Replace("/package-lock.json", "", StringComparison.Ordinal), StringComparison.Ordinal));
        });
    }

    [Fact]
    public void The_image_of_the_runtime_has_the_framework_that_the_program_asks_for()
    {
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "emergence.runtimeconfig.json")));
        var options = config.RootElement.GetProperty("runtimeOptions");
        var framework = options.GetProperty("framework");
        Assert.Equal("Microsoft.NETCore.App", framework.GetProperty("name").GetString());
        Assert.False(options.TryGetProperty("frameworks", out _));
        Assert.Contains("mcr.microsoft.com/dotnet/runtime:${DOTNET} AS runtime", _dockerfile.All("FROM"));
        var version = Version.Parse(framework.GetProperty("version").GetString()!);
        Assert.Contains($"DOTNET={version.Major}.{version.Minor}", _dockerfile.All("ARG"));
    }

    [Fact]
    public async Task The_image_runs_as_a_user_of_its_own_and_its_health_check_is_doctor()
    {
        var last = _dockerfile.Stage(3);
        Assert.Contains(("USER", "emergence"), last);
        Assert.Contains(last, i => i.Name == "RUN" && i.Arguments.Contains("useradd", StringComparison.Ordinal));
        var health = last.Single(i => i.Name == "HEALTHCHECK").Arguments;
        var command = JsonSerializer.Deserialize<string[]>(health[health.IndexOf('[', StringComparison.Ordinal)..])!;
        Assert.Equal(["emergence", "doctor", "--quick"], command);
        await KnowsAsync(await HelpAsync(), command[1..]);
        Assert.Contains(last, i => i.Name == "ENV" && i.Arguments.Contains("EMERGENCE_HOME=/opt/emergence", StringComparison.Ordinal));
    }

    private static string[] Strings(JsonElement list) => [.. list.EnumerateArray().Select(e => e.GetString()!)];

    private static async Task<JsonElement> ReadAsync(string[] files)
    {
        var (code, output) = await RunAsync("node", [Path.Combine(_lint, "read.mjs"), .. files]);
        Assert.True(code == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }

    private static async Task KnowsAsync(string verbs, string[] command)
    {
        Assert.Matches($@"(?m)^  {command[0]}\b", verbs);
        var help = await HelpAsync(command[0]);
        Assert.All(command.Where(word => word.StartsWith("--", StringComparison.Ordinal)), option => Assert.Matches($@"(?m)^  {option}\b", help));
    }

    private static async Task<string> HelpAsync(params string[] verb)
    {
        var (code, output) = await RunAsync("dotnet", [Path.Combine(AppContext.BaseDirectory, "emergence.dll"), .. verb, "--help"]);
        Assert.True(code == 0, output);
        return output;
    }

    private static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = new LineProcess(ConsumerPrograms.Redirected(program, arguments));
        await process.EndAsync().WaitAsync(TimeSpan.FromSeconds(90));
        return (process.ExitCode, process.ExitCode == 0 ? process.Output : process.Output + process.Error);
    }
}
