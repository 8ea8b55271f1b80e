namespace Emergence.Examples.Tests.Kafka;

/// <summary>A test of the consumer in Python; skipped, with a message, where something of it is not there.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(bool draws = false)
    {
        if (PythonWithKafka.Path is null)
            Skip = "the Python consumer is not tested: needs a Python with confluent-kafka: apt-get install -y python3-confluent-kafka, or PYTHON=<one that has it>";
        else if (draws && !PythonWithKafka.HasMatplotlib)
            Skip = "needs a Python with matplotlib: apt-get install -y python3-matplotlib, or PYTHON=<one that has it>";
    }
}
