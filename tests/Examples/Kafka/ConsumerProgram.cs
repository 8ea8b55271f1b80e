using System.Diagnostics;
using Emergence.TestKit;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>The two example consumers. They take the same options and print the same.</summary>
public enum ConsumerProgram
{
    /// <summary>examples/javascript/consume.mjs, by kafkajs and apache-arrow.</summary>
    JavaScript,

    /// <summary>examples/python/consume.py, by confluent-kafka and pyarrow or, where there is none, a stand-in that asks node.</summary>
    Python,
}

/// <summary>How they are started.</summary>
internal static class ConsumerPrograms
{
    private static readonly string _examples = Path.Combine(ProductRoot.Find(), "examples");

    /// <summary>Folder of the example in JavaScript, its packages installed.</summary>
    public static string JavaScriptFolder { get; } = NpmFolder.Installed(Path.Combine(_examples, "javascript"));

    /// <summary>How to start one.</summary>
    public static ProcessStartInfo Start(this ConsumerProgram program, params string[] arguments)
    {
        if (program == ConsumerProgram.JavaScript)
            return Redirected("node", [Path.Combine(JavaScriptFolder, "consume.mjs"), .. arguments]);
        var start = Redirected(PythonWithKafka.Path!, ["-B", Path.Combine(_examples, "python", "consume.py"), .. arguments]);

        // The stand-in finds apache-arrow there.
        _ = JavaScriptFolder;
        if (!PythonWithKafka.HasPyarrow)
            start.Environment["PYTHONPATH"] = Path.Combine(PythonWithTorch.Scripts, "stand-in");
        start.Environment["MPLBACKEND"] = "Agg";
        return start;
    }

    public static ProcessStartInfo Redirected(string program, params string[] arguments) => new(program, arguments)
    {
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
    };
}
