export default {
  Close: "关闭",
};
