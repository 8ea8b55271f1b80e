using Emergence.Pipeline.Settings;
using TorchSharp;

namespace Emergence.Pipeline.Tests.Settings;

public sealed class DeviceNameTests
{
    [Theory]
    [InlineData("cpu", 0, DeviceType.CPU, -1)]
    [InlineData("cpu", 2, DeviceType.CPU, -1)]
    [InlineData("auto", 0, DeviceType.CPU, -1)]
    [InlineData("auto", 2, DeviceType.CUDA, -1)]
    [InlineData("cuda", 1, DeviceType.CUDA, 0)]
    [InlineData("cuda:1", 2, DeviceType.CUDA, 1)]
    public void A_name_stands_for_a_device(string name, int cudaDevices, DeviceType type, int index)
    {
        Assert.Null(DeviceName.Problem(name));
        var device = DeviceName.Resolve(name, cudaDevices);
        Assert.Equal((type, index), (device.type, device.index));
    }

    [Theory]
    [InlineData("cuda", 0, "EMERGENCE_LIBTORCH")]
    [InlineData("cuda:2", 2, "cuda:1")]
    public void A_device_that_is_not_there_is_a_wrong_setting_with_a_remedy(string name, int cudaDevices, string remedy)
    {
        var problem = Assert.Single(Assert.Throws<SettingsException>(() => DeviceName.Resolve(name, cudaDevices)).Problems);
        Assert.Equal("--device", problem.Setting);
        Assert.Contains(remedy, problem.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:99999999999")]
    [InlineData("CUDA")]
    public void Anything_else_is_no_device(string name) => Assert.NotNull(DeviceName.Problem(name));
}
