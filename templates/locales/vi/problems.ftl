# Lời giải thích riêng cho từng loại lỗi (chung thì xem errors.ftl) và lỗi của từng giá trị gửi lên API
error-address-not-text = Địa chỉ này chứa ký tự không đọc được. Hãy kiểm tra lại đường dẫn.
error-bad-json = Nội dung gửi lên không phải JSON hợp lệ.
error-wrong-type = Nội dung gửi lên không đúng kiểu mà địa chỉ này nhận.
error-too-large = Nội dung gửi lên vượt quá giới hạn.
error-method-not-allowed = Địa chỉ này có, nhưng không nhận cách gọi đó.
error-form-expired-title = Biểu mẫu đã hết hạn
error-form-expired = Trang đã mở quá lâu hoặc bạn đã đăng nhập lại ở nơi khác. Hãy quay lại, tải lại trang và gửi lần nữa. Những gì đã lưu vẫn còn.
error-too-slow-title = Kết nối quá chậm
error-too-slow = Máy chủ đợi quá lâu mà chưa nhận đủ nội dung. Hãy thử lại khi mạng ổn định hơn.

fault-required = Thiếu mục này.
fault-unknown = Không có mục nào tên như vậy.
fault-type = Giá trị không đúng kiểu.
problem-back = Quay lại
