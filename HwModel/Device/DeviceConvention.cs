namespace TileProof.HwModel.Device;

/// <summary>How an entry of a device program is called.</summary>
public enum DeviceConvention
{
    /// <summary><c>int f(const tp_conv2d *call)</c> and its like, declared in <c>tileproof.h</c>.</summary>
    CallStruct,

    /// <summary><c>int f(int8_t *src, int8_t *dst, int8_t *weights, int8_t *bias, const conv_layer_config_t *config)</c>.</summary>
    ExecuteKernel,
}
