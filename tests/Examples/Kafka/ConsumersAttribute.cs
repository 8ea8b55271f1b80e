using System.Reflection;
using Xunit.Sdk;

namespace Emergence.Examples.Tests.Kafka;

/// <summary>A test of both example consumers; of the one in JavaScript alone where no Python has confluent-kafka.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ConsumersAttribute : DataAttribute
{
    public override IEnumerable<object[]> GetData(MethodInfo testMethod)
    {
        yield return [ConsumerProgram.JavaScript];
        if (PythonWithKafka.Path is not null)
            yield return [ConsumerProgram.Python];
    }
}
