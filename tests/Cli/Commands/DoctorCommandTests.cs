using System.Text.Json;
using Emergence.Cli.Commands;
using Emergence.Cli.Doctor;

namespace Emergence.Cli.Tests.Commands;

public sealed class DoctorCommandTests : IDisposable
{
    private readonly ProgramHarness _program = new();

    public void Dispose() => _program.Dispose();

    [Fact]
    public async Task A_healthy_machine_ends_with_0()
    {
        var code = await Doctor(["doctor"], new Found(new CheckResult("disk", CheckState.Ok, "writable")), new Found(new CheckResult("cores", CheckState.Warning, "one", "Give it two")));
        Assert.Equal(0, code);
        Assert.Contains("ok       disk", _program.Output);
        Assert.Contains("-> Give it two", _program.Output);
    }

    [Fact]
    public async Task A_fault_ends_with_1_and_names_its_remedy_in_JSON_too()
    {
        var code = await Doctor(["doctor", "--json"], new Found(new CheckResult("texts", CheckState.Fault, "gone", "npm ci")));
        Assert.Equal(1, code);
        using var json = JsonDocument.Parse(_program.Output);
        Assert.False(json.RootElement.GetProperty("healthy").GetBoolean());
        var part = json.RootElement.GetProperty("parts")[0];
        Assert.Equal(("texts", "fault", "npm ci"), (part.GetProperty("part").GetString(), part.GetProperty("state").GetString(), part.GetProperty("remedy").GetString()));
    }

    [Fact]
    public async Task A_check_that_throws_is_a_fault_and_the_others_still_run()
    {
        var code = await Doctor(["doctor"], new Throwing(), new Found(new CheckResult("disk", CheckState.Ok, "writable")));
        Assert.Equal(1, code);
        Assert.Contains("FAULT    broken", _program.Output);
        Assert.Contains("no such thing", _program.Output);
        Assert.Contains("ok       disk", _program.Output);
    }

    private Task<int> Doctor(string[] arguments, params IDoctorCheck[] checks) => _program.RunAsync(DoctorCommand.Create(_program.Host, (_, _) => checks), arguments);

    private sealed class Found(CheckResult result) : IDoctorCheck
    {
        public string Part => result.Part;

        public IEnumerable<CheckResult> Check() => [result];
    }

    private sealed class Throwing : IDoctorCheck
    {
        public string Part => "broken";

        public IEnumerable<CheckResult> Check() => throw new DllNotFoundException("no such thing");
    }
}
